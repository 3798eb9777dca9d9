import Foundation

/// Markdown: headings become the passages' headings, inline marks go, code stays.
package enum MarkdownReader {
    package static func document(_ text: String) -> SourceDocument {
        var lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)[...]
        var document = SourceDocument(metadata: frontMatter(&lines))
        if case .text(let title)? = document.metadata["title"] { document.title = title }
        var outline = HeadingOutline()
        var fence: Substring?
        for line in lines {
            let trimmed = line.trimmingPrefix(while: { $0 == " " })
            if let open = fence {
                if trimmed.hasPrefix(open) { fence = nil } else { outline.append(String(line)) }
            } else if trimmed.hasPrefix("```") || trimmed.hasPrefix("~~~") {
                fence = trimmed.prefix(3)
            } else if let (level, heading) = heading(trimmed) {
                outline.open(level: level, heading: plain(heading))
            } else {
                outline.append(plain(line))
            }
        }
        document.sections = outline.finish()
        document.title = document.title ?? outline.firstHeading
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

    private static func heading(_ line: Substring) -> (Int, Substring)? {
        let level = line.prefix { $0 == "#" }.count
        guard (1...6).contains(level) else { return nil }
        let rest = line.dropFirst(level)
        guard rest.first?.isWhitespace ?? true else { return nil }
        return (level, rest)
    }

    /// The line without list bullets, emphasis, and the targets of links.
    private static func plain(_ line: Substring) -> String {
        var text = line.trimmingCharacters(in: .whitespaces)
        for mark in ["> ", "- ", "* ", "+ "] where text.hasPrefix(mark) {
            text = String(text.dropFirst(mark.count))
        }
        text = text.replacing(#/!?\[([^\]]*)\]\([^)]*\)/#) { String($0.output.1) }
        for mark in ["**", "__", "`"] { text = text.replacing(mark, with: "") }
        while text.hasSuffix("#") { text.removeLast() }
        return text.trimmingCharacters(in: .whitespaces)
    }
}

/// Collects lines under nested headings.
struct HeadingOutline {
    private var stack: [(level: Int, heading: String)] = []
    private var lines: [String] = []
    private var sections: [SourceDocument.Section] = []
    private(set) var firstHeading: String?

    mutating func open(level: Int, heading: String) {
        close()
        stack.removeAll { $0.level >= level }
        if !heading.isEmpty {
            stack.append((level, heading))
            firstHeading = firstHeading ?? heading
        }
    }

    mutating func append(_ line: String) {
        lines.append(line)
    }

    mutating func finish() -> [SourceDocument.Section] {
        close()
        return sections
    }

    private mutating func close() {
        let text = lines.joined(separator: "\n").trimmingCharacters(in: .whitespacesAndNewlines)
        lines.removeAll()
        if !text.isEmpty {
            sections.append(.init(headings: stack.map(\.heading), text: text))
        }
    }
}
