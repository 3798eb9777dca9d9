import Foundation

/// HTML as people read it: markup, scripts and styles go, block elements part paragraphs, headings
/// become the passages' headings. Tolerant: whatever the bytes are, some text comes out.
package enum HTMLReader {
    package static func document(_ html: String) -> SourceDocument {
        var scanner = HTMLScanner(html)
        var builder = HTMLDocumentBuilder()
        while let event = scanner.next() { builder.take(event) }
        return builder.finish()
    }
}

/// Turns the events of a page into sections.
private struct HTMLDocumentBuilder {
    private var outline = HeadingOutline()
    private var line = ""
    private var title: String?
    private var headingLevel: Int?
    private var skipping: String?
    private var inTitle = false

    private static let skipped: Set<String> = ["script", "style", "noscript", "template", "svg"]
    private static let blocks: Set<String> = [
        "p", "div", "br", "li", "ul", "ol", "tr", "table", "section", "article", "header", "footer",
        "nav", "blockquote", "pre", "dt", "dd", "main", "aside", "figure", "hr", "td", "th",
    ]

    mutating func take(_ event: HTMLScanner.Event) {
        if let open = skipping {
            if case .close(open) = event { skipping = nil }
            return
        }
        switch event {
        case .text(let text): line += text
        case .open(let name): begin(name)
        case .close(let name): end(name)
        }
    }

    private mutating func begin(_ name: String) {
        if Self.skipped.contains(name) {
            skipping = name
        } else if name == "title" {
            line = ""
            inTitle = true
        } else if let level = level(of: name) {
            flush()
            headingLevel = level
        } else if Self.blocks.contains(name) {
            flush()
        }
    }

    private mutating func end(_ name: String) {
        if name == "title", inTitle {
            title = collapsed(line)
            line = ""
            inTitle = false
        } else if let open = headingLevel, level(of: name) != nil {
            outline.open(level: open, heading: collapsed(line))
            line = ""
            headingLevel = nil
        } else if Self.blocks.contains(name) {
            flush()
        }
    }

    mutating func finish() -> SourceDocument {
        flush()
        let sections = outline.finish()
        let name = title.flatMap { $0.isEmpty ? nil : $0 } ?? outline.firstHeading
        return SourceDocument(title: name, sections: sections)
    }

    private mutating func flush() {
        guard headingLevel == nil else { return }
        let text = collapsed(line)
        if !text.isEmpty { outline.append(text) }
        line = ""
    }

    private func level(of name: String) -> Int? {
        guard name.utf8.count == 2, name.hasPrefix("h"), let digit = name.last?.wholeNumberValue,
            (1...6).contains(digit)
        else { return nil }
        return digit
    }

    private func collapsed(_ text: String) -> String {
        text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
}
