/// The lines of a text in Markdown, told into code and text, without comments and the definitions
/// of links.
///
/// Source: CommonMark 0.31.2.
struct MarkdownLines {
    enum Line {
        case code(Substring)
        case text(Substring)
    }

    private(set) var lines: [Line] = []
    /// What definitions name.
    private(set) var labels: Set<Substring> = []

    /// The characters that end the code which is open, at least so many of them.
    private var fence: (mark: Character, count: Int)?
    private var isComment = false

    init(_ source: ArraySlice<Substring>) {
        let lastEnd = source.lastIndex { $0.range(ofMark: "-->") != nil }
        for (index, line) in zip(source.indices, source) {
            if let fence {
                if Self.ends(fence, line) { self.fence = nil } else { lines.append(.code(line)) }
            } else if !isComment, let fence = Self.fence(line) {
                self.fence = fence
            } else {
                append(line, isEndAhead: lastEnd.map { $0 > index } ?? false)
            }
        }
    }

    /// - Parameter isEndAhead: whether a line below ends a comment. One that nothing ends is text.
    private mutating func append(_ line: Substring, isEndAhead: Bool) {
        guard isComment || line.range(ofMark: "<!--") != nil else {
            if let label = Self.definition(line) {
                labels.insert(label)
            } else {
                lines.append(.text(line))
            }
            return
        }
        let text = withoutComments(line, isEndAhead)
        if !text.allSatisfy(\.isWhitespace) { lines.append(.text(text[...])) }
    }

    private mutating func withoutComments(_ line: Substring, _ isEndAhead: Bool) -> String {
        var (out, rest) = ("", line)
        if isComment {
            guard let end = rest.range(ofMark: "-->") else { return "" }
            rest = rest[end.upperBound...]
            isComment = false
        }
        var isCode = false
        while let start = rest.range(ofMark: "<!--") {
            let before = rest[..<start.lowerBound]
            if before.utf8.count(where: { $0 == UInt8(ascii: "`") }) % 2 == 1 { isCode.toggle() }
            out += before
            rest = rest[start.upperBound...]
            if isCode {
                out += rest.base[start]
            } else if let end = rest.range(ofMark: "-->") {
                rest = rest[end.upperBound...]
            } else {
                isComment = isEndAhead
                return isEndAhead ? out : out + rest.base[start.lowerBound..<rest.endIndex]
            }
        }
        return out + rest
    }

    // MARK: Code

    /// The line as the beginning of code between fences.
    private static func fence(_ line: Substring) -> (Character, Int)? {
        let text = line.drop { $0 == " " }
        guard let mark = text.first, mark == "`" || mark == "~" else { return nil }
        let count = text.prefix { $0 == mark }.count
        // Three backticks and one more are code inside of a line.
        guard count >= 3, mark == "~" || !text.dropFirst(count).contains("`") else { return nil }
        return (mark, count)
    }

    private static func ends(_ fence: (mark: Character, count: Int), _ line: Substring) -> Bool {
        let text = line.drop { $0 == " " }
        let rest = text.drop { $0 == fence.mark }
        return text.utf8.count - rest.utf8.count >= fence.count && rest.allSatisfy(\.isWhitespace)
    }

    // MARK: Definitions

    /// What a line such as `[kargo]: https://ornek.tr/kargo "Kargo"` defines. Its target has to look
    /// like one, because a note in brackets is written the same way.
    private static func definition(_ line: Substring) -> Substring? {
        let text = line.drop { $0 == " " }
        guard text.first == "[", !text.hasPrefix("[^"), let end = text.range(ofMark: "]:") else {
            return nil
        }
        let label = text[..<end.lowerBound].dropFirst()
        let target = text[end.upperBound...].drop(while: \.isWhitespace).prefix { !$0.isWhitespace }
        let title = text[target.endIndex...].filter { !$0.isWhitespace }
        let isTitled =
            title.isEmpty
            || title.count > 1
                && ["\"\"", "''", "()"].contains { marks in
                    title.first == marks.first && title.last == marks.last
                }
        let isTarget =
            target.first == "<" || target == "#" || target == "/"
            || target.dropLast().contains { "/#:.".contains($0) }
        return !label.isEmpty && isTitled && isTarget ? label : nil
    }
}

extension Substring {
    var trimmed: Substring { drop(while: \.isWhitespace).trimmedEnd(\.isWhitespace) }

    /// Without such characters at its end.
    func trimmedEnd(_ isTrimmed: (Character) -> Bool) -> Substring {
        self[..<(lastIndex { !isTrimmed($0) }.map { index(after: $0) } ?? startIndex)]
    }

    /// Where a mark of ASCII stands first.
    func range(ofMark mark: String) -> Range<Index>? {
        guard let first = mark.utf8.first else { return nil }
        var rest = utf8[...]
        while let start = rest.firstIndex(of: first) {
            rest = rest[start...]
            if rest.starts(with: mark.utf8) {
                return start..<utf8.index(start, offsetBy: mark.utf8.count)
            }
            rest = rest.dropFirst()
        }
        return nil
    }
}
