/// Turns lines of Markdown into sections.
///
/// Sources: CommonMark 0.31.2; GitHub Flavored Markdown 0.29 for tables.
struct MarkdownBuilder {
    private let text: MarkdownText
    private var outline = HeadingOutline()
    /// Lines that are a heading if the next one underlines them.
    private var paragraph: [Substring] = []
    /// Whether a line may begin a paragraph: behind a list item or a quote it goes on with that.
    private var isBlockStart = true
    /// Whether the lines above are a table.
    private var isTable = false

    /// A paragraph beyond this, in bytes, over a row of dashes is no heading.
    private static let headingByteCountMax = 200

    init(text: MarkdownText) {
        self.text = text
    }

    var firstHeading: String? { outline.firstHeading }

    mutating func take(_ line: MarkdownLines.Line) {
        switch line {
        case .code(let code):
            endParagraph()
            (isBlockStart, isTable) = (true, false)
            outline.append(String(code))
        case .text(let line):
            take(line, line.drop(while: \.isWhitespace))
        }
    }

    mutating func finish() -> [SourceDocument.Section] {
        endParagraph()
        return outline.finish()
    }

    private mutating func take(_ line: Substring, _ trimmed: Substring) {
        if trimmed.isEmpty {
            endParagraph()
            (isBlockStart, isTable) = (true, false)
            outline.append("")
        } else if let (level, heading) = Self.heading(trimmed) {
            endParagraph()
            (isBlockStart, isTable) = (true, false)
            outline.open(level: level, heading: text.plain(heading))
        } else if let level = underlineLevel(trimmed) {
            let heading = paragraph.map(text.plain).joined(separator: " ")
            paragraph = []
            outline.open(level: level, heading: heading)
        } else if beginsTable(trimmed) {
            let head = paragraph.removeLast()
            endParagraph()
            appendRow(head)
            isTable = true
        } else if Self.isRule(trimmed) {
            endParagraph()
            (isBlockStart, isTable) = (true, false)
        } else if isTable {
            appendRow(trimmed)
        } else {
            append(line, trimmed)
        }
    }

    private mutating func append(_ line: Substring, _ trimmed: Substring) {
        let isNumbered = MarkdownText.number(trimmed) != nil
        let isItem = ["- ", "* ", "+ ", ">"].contains(where: trimmed.hasPrefix)
        // Four spaces make code of what begins a block.
        if isItem || isNumbered && !paragraph.isEmpty || isBlockStart && line.hasPrefix("    ") {
            isBlockStart = false
            endParagraph()
        }
        if isBlockStart || !paragraph.isEmpty {
            isBlockStart = false
            paragraph.append(trimmed)
        } else {
            outline.append(text.plain(trimmed))
        }
    }

    private mutating func endParagraph() {
        for line in paragraph { outline.append(text.plain(line)) }
        paragraph = []
    }

    // MARK: Headings

    private static func heading(_ line: Substring) -> (Int, Substring)? {
        let level = line.prefix { $0 == "#" }.count
        guard (1...6).contains(level) else { return nil }
        let rest = line.dropFirst(level)
        guard rest.first?.isWhitespace ?? true else { return nil }
        // Marks at the end, behind a space: the one of "C#" is text.
        let text = rest.trimmed
        let open = text.trimmedEnd { $0 == "#" }
        return (level, open.isEmpty || open.last?.isWhitespace == true ? open : text)
    }

    /// The level of the heading that the paragraph is, when the line underlines it.
    private func underlineLevel(_ line: Substring) -> Int? {
        guard let mark = line.first, mark == "=" || mark == "-", let first = paragraph.first,
            line.utf8.count >= 2, line.trimmed.allSatisfy({ $0 == mark }),
            paragraph.reduce(0, { $0 + $1.utf8.count }) <= Self.headingByteCountMax
        else { return nil }
        // Dashes below an item of a list end the list.
        if mark == "-", MarkdownText.number(first) != nil { return nil }
        return mark == "=" ? 1 : 2
    }

    /// Three or more of a mark part what stands above and below.
    private static func isRule(_ line: Substring) -> Bool {
        guard let mark = line.first, "-*_=".contains(mark) else { return false }
        let marks = line.filter { !$0.isWhitespace }
        return marks.count >= 3 && marks.allSatisfy { $0 == mark }
    }

    // MARK: Tables

    /// Whether the line parts the head of a table, the line above, from its rows.
    private func beginsTable(_ line: Substring) -> Bool {
        guard let head = paragraph.last, line.contains("|"), head.contains("|"),
            line.allSatisfy({ "|:- \t".contains($0) })
        else { return false }
        let marks = Self.cells(line)
        let isHead = marks.allSatisfy { mark in
            mark.contains("-") && !mark.contains(where: \.isWhitespace)
        }
        return isHead && marks.count == Self.cells(head).count
    }

    private mutating func appendRow(_ line: Substring) {
        let cells = Self.cells(line).map { cell in
            let plain = text.plain(cell)
            return plain.contains("\\") ? plain.replacing("\\|", with: "|") : plain
        }
        outline.append(cells.filter { !$0.isEmpty }.joined(separator: " | "))
    }

    /// What stands between the bars of a row; a bar behind a backslash is text.
    private static func cells(_ line: Substring) -> [Substring] {
        let row = line.trimmed
        var cells: [Substring] = []
        var start = row.startIndex
        var isEscaped = false
        for place in row.indices {
            if row[place] == "|", !isEscaped {
                cells.append(row[start..<place].trimmed)
                start = row.index(after: place)
            }
            isEscaped = row[place] == "\\" && !isEscaped
        }
        if row.first == "|" { cells.removeFirst() }
        let last = row[start...].trimmed
        return last.isEmpty && row.hasSuffix("|") ? cells : cells + [last]
    }
}
