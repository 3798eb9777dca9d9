/// Lines of Markdown without the marks inside of them.
struct MarkdownText {
    /// What links may name in place of their target.
    let labels: Set<Substring>

    /// The line without quote marks, list bullets, marks of tasks, emphasis, and the targets of
    /// links. Numbers of lists stay: texts refer to them.
    func plain(_ line: Substring) -> String {
        var text = line.drop(while: \.isWhitespace)
        while text.first == ">", text.dropFirst().first.map({ " >".contains($0) }) ?? true {
            text = text.dropFirst().drop(while: \.isWhitespace)
        }
        if ["- ", "* ", "+ "].contains(where: text.hasPrefix) {
            text = Self.withoutTask(text.dropFirst(2))[...]
        } else if let number = Self.number(text) {
            text = (number + Self.withoutTask(text.dropFirst(number.count)))[...]
        }
        return String(Self.withoutMarks(withoutLinks(text))[...].trimmed)
    }

    private static func withoutMarks(_ text: String) -> String {
        let marks = "`*_".utf8
        guard text.utf8.contains(where: marks.contains) else { return text }
        let bytes = Array(text.utf8)
        var out: [UInt8] = []
        var place = 0
        while place < bytes.count {
            let byte = bytes[place]
            let isPair = place + 1 < bytes.count && bytes[place + 1] == byte
            if byte == UInt8(ascii: "`") {
                place += 1
            } else if isPair, byte == UInt8(ascii: "*") || byte == UInt8(ascii: "_") {
                place += 2
            } else {
                out.append(byte)
                place += 1
            }
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// `1. ` or `1) ` at the beginning of a line, with at most nine digits.
    static func number(_ line: Substring) -> Substring? {
        let digits = line.prefix { $0.isASCII && $0.isNumber }.count
        guard (1...9).contains(digits) else { return nil }
        let mark = line.prefix(digits + 2)
        return mark.hasSuffix(". ") || mark.hasSuffix(") ") ? mark : nil
    }

    private static func withoutTask(_ item: Substring) -> String {
        let text = item.drop(while: \.isWhitespace)
        let isTask = ["[ ] ", "[x] ", "[X] "].contains(where: text.hasPrefix)
        return String(isTask ? text.dropFirst(4) : item)
    }

    /// Brackets that are open wait for what follows the bracket that closes them.
    private func withoutLinks(_ text: Substring) -> String {
        guard text.utf8.contains(UInt8(ascii: "[")) else { return String(text) }
        let bytes = Array(text.utf8)
        var out: [UInt8] = []
        var isMark: [Bool] = []
        // Where brackets begin in `out`, with the `!` of an image.
        var open: [Range<Int>] = []
        var place = 0
        while place < bytes.count {
            let byte = bytes[place]
            place += 1
            out.append(byte)
            isMark.append(false)
            if byte == UInt8(ascii: "[") {
                let isImage = place >= 2 && bytes[place - 2] == UInt8(ascii: "!")
                open.append((out.count - (isImage ? 2 : 1))..<out.count)
            } else if byte == UInt8(ascii: "]"), let bracket = open.popLast() {
                let label = out[bracket.upperBound..<(out.count - 1)]
                if label.first == UInt8(ascii: "^"), label.count <= Self.noteByteCountMax {
                    out.removeLast(out.count - bracket.lowerBound)
                    isMark.removeLast(isMark.count - bracket.lowerBound)
                    // A note itself stands behind its name and a colon.
                    let isNote = out.isEmpty && place < bytes.count
                    if isNote, bytes[place] == UInt8(ascii: ":") { place += 1 }
                } else if let end = targetEnd(bytes, place, label) {
                    for mark in bracket { isMark[mark] = true }
                    isMark[isMark.count - 1] = true
                    place = end
                }
            }
        }
        let kept = out.indices.filter { !isMark[$0] }.map { out[$0] }
        return String(decoding: kept, as: UTF8.self)
    }

    /// The name of a note beyond this is text in brackets.
    private static let noteByteCountMax = 32
    /// Brackets inside of a target, one in the other.
    private static let targetDepthMax = 8
    /// Bytes of the longest name of a link.
    private static let labelByteCountMax = 999

    /// Where the target of a link ends that begins at `place`: an address in brackets, or a name in
    /// square ones.
    private func targetEnd(_ bytes: [UInt8], _ place: Int, _ label: ArraySlice<UInt8>) -> Int? {
        guard place < bytes.count else { return nil }
        if bytes[place] == UInt8(ascii: "[") {
            let name = bytes[(place + 1)...].prefix(Self.labelByteCountMax)
                .prefix { $0 != UInt8(ascii: "]") && $0 != UInt8(ascii: "[") }
            guard name.endIndex < bytes.count, bytes[name.endIndex] == UInt8(ascii: "]") else {
                return nil
            }
            guard !name.isEmpty || label.count <= Self.labelByteCountMax else { return nil }
            let key = String(decoding: name.isEmpty ? label : name, as: UTF8.self)
            return labels.contains(key[...]) ? name.endIndex + 1 : nil
        }
        guard bytes[place] == UInt8(ascii: "(") else { return nil }
        var depth = 0
        for end in place..<bytes.count {
            if bytes[end] == UInt8(ascii: "(") { depth += 1 }
            if bytes[end] == UInt8(ascii: ")") { depth -= 1 }
            if depth == 0 { return end + 1 }
            if depth > Self.targetDepthMax { return nil }
        }
        return nil
    }
}
