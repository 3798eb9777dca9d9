/// Cuts HTML, or XML as plain as that of office documents, into tags and text, in one pass over its
/// bytes.
///
/// Source: WHATWG, HTML, "Tokenization". As in browsers, a comment or a declaration without an end
/// takes the rest of the page, and a tag that the page ends in is no tag. Unlike in browsers, a
/// quoted value without an end does not take what stands behind its tag.
struct HTMLScanner {
    enum Event: Equatable {
        case text(String)
        /// An element begins; its name in lower case. An empty element of XML only begins.
        case open(String)
        case close(String)
    }

    private let bytes: [UInt8]
    private var position = 0
    /// Where the attributes of the last tag lie, with the `>` behind them.
    private var attributes = 0..<0
    /// Whether the last tag is a whole element of XML, which has no other end.
    private(set) var isEmptyElement = false
    /// Elements whose end tag was looked for and is not there, so that it is looked for once.
    private var unclosed: Set<String> = []

    init(_ html: String) {
        bytes = Array(html.utf8)
    }

    mutating func next() -> Event? {
        while position < bytes.count {
            guard isMarkup(at: position) else { return .text(text()) }
            if let event = markup() { return event }
        }
        return nil
    }

    var hasAttributes: Bool { attributes.count > 1 }

    /// The value of an attribute of the last tag, empty when it has none; `name` in lower case.
    func attribute(_ name: StaticString) -> String? {
        let name = "\(name)"
        var place = attributes.lowerBound
        while let found = attribute(at: &place, end: attributes.upperBound) {
            if found.name.count == name.utf8.count,
                bytes[found.name].lazy.map(Self.lowercased).elementsEqual(name.utf8)
            {
                return HTMLEntities.decode(bytes[found.value], isAttribute: true)
            }
        }
        return nil
    }

    /// Moves to the end tag of the element that the last tag began, whose text may hold what looks
    /// like tags; nil, without a move, when there is no such end tag.
    mutating func rawText(of name: String) -> ArraySlice<UInt8>? {
        if unclosed.contains(name) { return nil }
        let mark = Array("</\(name)".utf8)
        var place = position
        while let start = bytes[place...].firstIndex(of: UInt8(ascii: "<")) {
            let end = start + mark.count
            if end < bytes.count, Self.endsName(bytes[end]),
                bytes[start..<end].lazy.map(Self.lowercased).elementsEqual(mark)
            {
                defer { position = start }
                return bytes[position..<start]
            }
            place = start + 1
        }
        unclosed.insert(name)
        return nil
    }

    mutating func skipRest() {
        position = bytes.count
    }

    /// Whether a tag, a comment or a declaration begins there. Any other `<` is text.
    private func isMarkup(at place: Int) -> Bool {
        guard place + 1 < bytes.count, bytes[place] == UInt8(ascii: "<") else { return false }
        switch bytes[place + 1] {
        case UInt8(ascii: "!"), UInt8(ascii: "?"): return true
        case UInt8(ascii: "/"): return place + 2 < bytes.count
        case let byte: return Self.isLetter(byte)
        }
    }

    private mutating func text() -> String {
        let start = position
        repeat { position += 1 } while position < bytes.count && !isMarkup(at: position)
        return HTMLEntities.decode(bytes[start..<position])
    }

    /// What begins at `position`; nil for what is passed over.
    private mutating func markup() -> Event? {
        switch bytes[position + 1] {
        case UInt8(ascii: "!"):
            return declaration()
        case UInt8(ascii: "/") where Self.isLetter(bytes[position + 2]):
            return tag(nameAt: position + 2).map { .close($0) }
        case UInt8(ascii: "/"), UInt8(ascii: "?"):
            skipPastTagEnd()
            return nil
        default:
            return tag(nameAt: position + 1).map { .open($0) }
        }
    }

    /// Passes over a comment or a declaration. Sections of CDATA are text, which they are in XHTML;
    /// one without an end is a declaration, as all are in HTML.
    private mutating func declaration() -> Event? {
        let start = position
        if bytes[start...].starts(with: Self.commentStart) {
            skipComment()
        } else if bytes[start...].starts(with: Self.sectionStart), let end = sectionEnd() {
            position = end + Self.sectionEnd.count
            let text = bytes[(start + Self.sectionStart.count)..<end]
            return .text(String(decoding: text, as: UTF8.self))
        } else {
            skipPastTagEnd()
        }
        return nil
    }

    private static let commentStart = Array("<!--".utf8)
    private static let commentBang = Array("--!".utf8)
    private static let sectionStart = Array("<![CDATA[".utf8)
    private static let sectionEnd = Array("]]>".utf8)

    /// A comment ends with `-->`, the first two of which may be its own, or `--!>`.
    private mutating func skipComment() {
        let start = position + Self.commentStart.count
        position = bytes.count
        for place in start..<bytes.count where bytes[place] == UInt8(ascii: ">") {
            let isEnd =
                bytes[place - 2] == UInt8(ascii: "-") && bytes[place - 1] == UInt8(ascii: "-")
            let isBang =
                place - 3 >= start && bytes[(place - 3)..<place].elementsEqual(Self.commentBang)
            if isEnd || isBang {
                position = place + 1
                return
            }
        }
    }

    private mutating func sectionEnd() -> Int? {
        let name = "![CDATA["
        if unclosed.contains(name) { return nil }
        for place in (position + Self.sectionStart.count)..<bytes.count
        where bytes[place] == UInt8(ascii: "]") {
            if bytes[place...].starts(with: Self.sectionEnd) { return place }
        }
        unclosed.insert(name)
        return nil
    }

    private mutating func skipPastTagEnd() {
        let end = bytes[position...].firstIndex(of: UInt8(ascii: ">"))
        position = end.map { $0 + 1 } ?? bytes.count
    }

    /// The name of the tag at `position`, which moves behind it; nil when the page ends before.
    private mutating func tag(nameAt start: Int) -> String? {
        var place = start
        while place < bytes.count, !Self.endsName(bytes[place]) { place += 1 }
        let name = bytes[start..<place]
        let attributesStart = place
        var lastEnd = place
        while attribute(at: &place, end: bytes.count) != nil { lastEnd = place }
        guard place < bytes.count else {
            position = bytes.count
            return nil
        }
        position = place + 1
        attributes = attributesStart..<position
        // A slash inside of a value without quotes belongs to the value.
        isEmptyElement = place > lastEnd && bytes[place - 1] == UInt8(ascii: "/")
        // ASCII only: element names are no Turkish words.
        return name.contains(where: Self.isCapital)
            ? String(decoding: name.map(Self.lowercased), as: UTF8.self)
            : String(decoding: name, as: UTF8.self)
    }

    /// The attribute at or behind `place`, which moves behind it; nil at the `>` of the tag, or at
    /// `end`.
    private func attribute(
        at place: inout Int, end: Int
    ) -> (name: Range<Int>, value: Range<Int>)? {
        while place < end, Self.isSpace(bytes[place]) || bytes[place] == UInt8(ascii: "/") {
            place += 1
        }
        guard place < end, bytes[place] != UInt8(ascii: ">") else { return nil }
        let start = place
        repeat {
            place += 1
        } while place < end && !Self.endsName(bytes[place])
            && bytes[place] != UInt8(ascii: "=")
        let name = start..<place
        skipSpaces(&place, end)
        guard place < end, bytes[place] == UInt8(ascii: "=") else { return (name, place..<place) }
        place += 1
        skipSpaces(&place, end)
        return (name, value(at: &place, end: end))
    }

    /// The value at `place`, which moves behind it and its quotes.
    private func value(at place: inout Int, end: Int) -> Range<Int> {
        let start = place
        guard start < end else { return start..<start }
        let quote = bytes[start]
        guard quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else {
            while place < end, !Self.isSpace(bytes[place]), bytes[place] != UInt8(ascii: ">") {
                place += 1
            }
            return start..<place
        }
        let inside = bytes[(start + 1)..<end]
        if let close = inside.firstIndex(of: quote), !isOverrun(inside[..<close]) {
            place = close + 1
            return (start + 1)..<close
        }
        place = inside.firstIndex(of: UInt8(ascii: ">")) ?? end
        return (start + 1)..<place
    }

    /// Whether a quoted value has no end of its own, so that it runs into the next one:
    /// `<img alt="ekran><p>15 inç</p><a href="` opens a quote where it seems to close one.
    private func isOverrun(_ value: ArraySlice<UInt8>) -> Bool {
        guard let last = value.last(where: { !Self.isSpace($0) }), last == UInt8(ascii: "="),
            let tagEnd = value.firstIndex(of: UInt8(ascii: ">"))
        else { return false }
        return value[tagEnd...].contains(UInt8(ascii: "<"))
    }

    private func skipSpaces(_ place: inout Int, _ end: Int) {
        while place < end, Self.isSpace(bytes[place]) { place += 1 }
    }

    private static func endsName(_ byte: UInt8) -> Bool {
        isSpace(byte) || byte == UInt8(ascii: "/") || byte == UInt8(ascii: ">")
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || (9...13).contains(byte) && byte != 11
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        isCapital(byte) || (97...122).contains(byte)
    }

    private static func isCapital(_ byte: UInt8) -> Bool {
        (65...90).contains(byte)
    }

    private static func lowercased(_ byte: UInt8) -> UInt8 {
        isCapital(byte) ? byte + 32 : byte
    }
}
