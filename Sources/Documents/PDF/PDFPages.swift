import AjanTurkishText

/// The pages of a PDF document as people read them: lines joined to paragraphs, without the lines
/// that stand at the top or the bottom of many pages, sentences whole on the page that they begin
/// on.
package struct PDFPages {
    /// The text of each page, paragraphs parted by blank lines; empty for pages without text.
    package let texts: [String]

    /// Lines at either end of a page that may belong to every page.
    private static let marginLines = 2
    /// A line is one of every page from this share of the pages on; left and right pages differ.
    private static let repeatedShare = 0.4

    /// - Parameter text: pages ended by form feeds, blocks of lines parted by blank lines.
    package init(_ text: String) {
        var pages = text.split(separator: "\u{0C}", omittingEmptySubsequences: false).map { page in
            page.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
                .map(Self.squeezed)
        }
        if pages.last?.allSatisfy(\.isEmpty) == true { pages.removeLast() }
        Self.removeRunningLines(&pages)
        var paragraphs = pages.map(Self.paragraphs)
        Self.completeSentences(&paragraphs)
        texts = paragraphs.map { $0.joined(separator: "\n\n") }
    }

    private static func squeezed(_ line: Substring) -> String {
        line.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    // MARK: Lines of every page

    private static func removeRunningLines(_ pages: inout [[String]]) {
        let margins = pages.map(marginIndices)
        var counts: [RunningLine: Int] = [:]
        for (number, margin) in margins.enumerated() {
            let lines = Set(margin.flatMap { runningLines(pages[number][$0], page: number) })
            for line in lines { counts[line, default: 0] += 1 }
        }
        let share = Int((Double(pages.count) * repeatedShare).rounded(.up))
        for (number, margin) in margins.enumerated() {
            for index in margin {
                let isRunning = runningLines(pages[number][index], page: number).contains { line in
                    counts[line, default: 0] >= max(line.pagesMin, share)
                }
                if isRunning { pages[number][index] = "" }
            }
        }
    }

    /// Where the first and last lines of a page are that hold something.
    private static func marginIndices(_ page: [String]) -> Set<Int> {
        let filled = page.indices.filter { !page[$0].isEmpty }
        return Set(filled.prefix(marginLines) + filled.suffix(marginLines))
    }

    /// A line that may stand on other pages too.
    private struct RunningLine: Hashable {
        /// The line without the number of the page.
        let text: String
        /// What its number is beyond that of the page; nil when it has none.
        let offset: Int?

        /// Numbers that grow with the pages are told by two.
        var pagesMin: Int { offset == nil ? 3 : 2 }
    }

    /// The line as it stands, and with each of its numbers taken for that of the page.
    private static func runningLines(_ line: String, page: Int) -> [RunningLine] {
        let words = line.split(separator: " ")
        let numbered = words.indices.compactMap { index -> RunningLine? in
            let word = words[index]
            let digits = word.drop { !$0.isNumber }.prefix { $0.isNumber }
            guard let number = Int(digits) else { return nil }
            let marked = word[..<digits.startIndex] + "#" + word[digits.endIndex...]
            let text = (words[..<index] + [marked] + words[(index + 1)...]).joined(separator: " ")
            return RunningLine(text: text, offset: number - page)
        }
        return [RunningLine(text: line, offset: nil)] + numbered
    }

    // MARK: Paragraphs

    private static func paragraphs(_ lines: [String]) -> [String] {
        lines.split(whereSeparator: \.isEmpty).map { $0.joined(separator: " ") }
    }

    /// Joins what a column or a page cut in the middle of a sentence. Of the next page only the
    /// rest of the sentence moves.
    private static func completeSentences(_ pages: inout [[String]]) {
        var last: (page: Int, paragraph: Int)?
        for page in pages.indices {
            var kept: [String] = []
            for var paragraph in pages[page] {
                if kept.isEmpty, let last, goesOn(paragraph, after: pages[last.page].last) {
                    let end = firstSentenceEnd(of: paragraph)
                    append(paragraph[..<end], to: &pages[last.page][last.paragraph])
                    paragraph = squeezed(paragraph[end...])
                } else if goesOn(paragraph, after: kept.last) {
                    append(paragraph[...], to: &kept[kept.count - 1])
                    continue
                }
                if !paragraph.isEmpty { kept.append(paragraph) }
            }
            pages[page] = kept
            if !kept.isEmpty { last = (page, kept.count - 1) }
        }
    }

    /// Whether `next` begins in the middle of the sentence that `previous` ends with.
    private static func goesOn(_ next: String, after previous: String?) -> Bool {
        guard let end = previous?.last, let start = next.first else { return false }
        return start.isLowercase && (end.isLetter || end.isNumber || end == "," || end == "-")
    }

    /// A hyphen at the end parts a word.
    private static func append(_ next: Substring, to previous: inout String) {
        if previous.last == "-" { previous.removeLast() } else { previous += " " }
        previous += next
    }

    private static func firstSentenceEnd(of text: String) -> String.Index {
        SentenceSplitter().sentences(of: text).first?.upperBound ?? text.endIndex
    }
}
