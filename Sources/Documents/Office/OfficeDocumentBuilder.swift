/// Collects the paragraphs and tables of an office document into sections.
///
/// A row of a table becomes one line, its cells parted by " | ", so that what belongs together is
/// found together.
struct OfficeDocumentBuilder {
    /// What a paragraph is.
    enum Role: Equatable {
        case text
        case title
        case heading(level: Int)
    }

    private var outline = HeadingOutline()
    private var paragraph = ""
    private var title: String?
    /// Tables that are open, one in a cell of the other.
    private var tableDepth = 0
    private var row: [String] = []
    private var cell = ""

    mutating func append(_ text: String) {
        paragraph += text
    }

    mutating func endParagraph(_ role: Role = .text) {
        defer { paragraph = "" }
        let text = Self.collapsed(paragraph)
        guard !text.isEmpty else { return }
        if tableDepth > 0 {
            cell += cell.isEmpty ? text : " " + text
            return
        }
        switch role {
        case .heading(let level): outline.open(level: level, heading: text)
        case .title where title == nil: title = HeadingOutline.cut(text)
        case .title, .text: outline.append(text)
        }
    }

    mutating func beginTable() {
        endParagraph()
        tableDepth += 1
    }

    mutating func endCell() {
        endParagraph()
        guard tableDepth == 1 else { return }
        if !cell.isEmpty { row.append(cell) }
        cell = ""
    }

    mutating func endRow() {
        guard tableDepth == 1 else { return }
        if !row.isEmpty { outline.append(row.joined(separator: " | ")) }
        row = []
    }

    mutating func endTable() {
        endCell()
        endRow()
        tableDepth = max(0, tableDepth - 1)
    }

    mutating func finish() -> SourceDocument {
        while tableDepth > 0 { endTable() }
        endParagraph()
        let sections = outline.finish()
        return SourceDocument(title: title ?? outline.firstHeading, sections: sections)
    }

    /// The text with one space for each run of white space, and none at its ends. Word by word: a
    /// list of all words of a paragraph can be many times its size.
    private static func collapsed(_ text: String) -> String {
        var (result, rest) = ("", text[...])
        while let start = rest.firstIndex(where: { !$0.isWhitespace }) {
            rest = rest[start...]
            let end = rest.firstIndex(where: \.isWhitespace) ?? rest.endIndex
            if !result.isEmpty { result += " " }
            result += rest[..<end]
            rest = rest[end...]
        }
        return result
    }
}
