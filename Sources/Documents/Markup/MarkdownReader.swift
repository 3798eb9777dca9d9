import Foundation

/// Markdown: headings become the passages' headings, rows of tables lines, inline marks go, code
/// stays.
package enum MarkdownReader {
    package static func document(_ text: String) -> SourceDocument {
        var lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)[...]
        var document = SourceDocument(metadata: frontMatter(&lines))
        if case .text(let title)? = document.metadata["title"] { document.title = title }
        let source = MarkdownLines(lines)
        var builder = MarkdownBuilder(text: MarkdownText(labels: source.labels))
        for line in source.lines { builder.take(line) }
        document.sections = builder.finish()
        document.title = document.title ?? builder.firstHeading
        return document
    }

    /// `key: value` lines between two lines of three dashes at the very top.
    private static func frontMatter(_ lines: inout ArraySlice<Substring>) -> [String: MetadataValue]
    {
        guard lines.first == "---",
            let end = lines.dropFirst().prefix(200).firstIndex(where: { $0 == "---" })
        else { return [:] }
        var values: [String: MetadataValue] = [:]
        for line in lines[(lines.startIndex + 1)..<end] {
            let parts = line.split(separator: ":", maxSplits: 1).map {
                $0.trimmingCharacters(in: CharacterSet(charactersIn: " \t\"'"))
            }
            if parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty {
                values[parts[0]] = MetadataValue(cell: parts[1])
            }
        }
        lines = lines[(end + 1)...]
        return values
    }
}

/// Collects lines under nested headings. A section names nine of them at most, each cut to a
/// length, so that what comes out is never much larger than what went in.
struct HeadingOutline {
    /// Levels of headings; one of another level is text.
    static let levels = 1...9
    /// Headings of a document; those beyond are text.
    private static let countMax = 100_000
    /// Unicode scalars of a heading; what is longer is cut.
    private static let lengthMax = 500
    /// The same of all headings of a section; the outermost go first.
    private static let pathLengthMax = 1_000

    private var stack: [(level: Int, heading: String)] = []
    private var text = ""
    private var sections: [SourceDocument.Section] = []
    private var count = 0
    private(set) var firstHeading: String?

    mutating func open(level: Int, heading: String) {
        guard Self.levels.contains(level), count < Self.countMax else { return append(heading) }
        close()
        count += 1
        stack.removeAll { $0.level >= level }
        guard !heading.isEmpty else { return }
        let heading = Self.cut(heading)
        stack.append((level, heading))
        firstHeading = firstHeading ?? heading
    }

    mutating func append(_ line: String) {
        text += line
        text += "\n"
    }

    mutating func finish() -> [SourceDocument.Section] {
        close()
        return sections
    }

    /// A heading or title of bounded length, cut between characters.
    static func cut(_ heading: String) -> String {
        guard heading.unicodeScalars.count > lengthMax else { return heading }
        // The ellipsis counts.
        var length = 1
        let kept = heading.prefix { character in
            length += character.unicodeScalars.count
            return length <= lengthMax
        }
        return String(kept) + "…"
    }

    private mutating func close() {
        let section = text.trimmingCharacters(in: .whitespacesAndNewlines)
        text = ""
        if !section.isEmpty { sections.append(.init(headings: path, text: section)) }
    }

    private var path: [String] {
        var length = 0
        let inner = stack.reversed().prefix { entry in
            length += entry.heading.unicodeScalars.count
            return length <= Self.pathLengthMax
        }
        return inner.reversed().map(\.heading)
    }
}
