package import Foundation

/// Word documents (`.docx`): paragraphs are lines, those with a style of headings become the
/// passages' headings, text that was deleted under revision and field codes stay out.
///
/// Source: ECMA-376, part 1, WordprocessingML. Headings are told by the style's name, which is
/// English whatever the language of Word, or its outline level.
package enum WordReader {
    /// A part beyond this is refused, in bytes: a bound on memory.
    private static let partByteCountMax = 64 << 20

    /// - Throws: `ZipFile.Damage` when it is no Word document or a broken one.
    package static func document(_ data: Data) throws(ZipFile.Damage) -> SourceDocument {
        let file = try ZipFile(data)
        guard let text = try part("word/document.xml", of: file) else {
            throw ZipFile.Damage(problem: "it is no Word document")
        }
        let styles = try part("word/styles.xml", of: file) ?? ""
        var builder = WordDocumentBuilder(styles: WordStyles(styles))
        var scanner = HTMLScanner(text)
        while let event = scanner.next() { builder.take(event, from: scanner) }
        return builder.finish()
    }

    private static func part(_ name: String, of file: ZipFile) throws(ZipFile.Damage) -> String? {
        try file.contents(name, byteCountMax: partByteCountMax).flatMap {
            DecodedText(file: $0)?.text
        }
    }
}

/// What the styles of a document say about its outline.
private struct WordStyles {
    /// Levels of headings, from 1, by the id of the style.
    private(set) var levels: [String: Int] = [:]
    /// The style of the title.
    private(set) var title: String?

    init(_ xml: String) {
        var scanner = HTMLScanner(xml)
        var style: String?
        while let event = scanner.next() {
            switch event {
            case .open("w:style"): style = scanner.attribute("w:styleid")
            case .close("w:style"): style = nil
            case .open("w:name"):
                guard let style, let name = scanner.attribute("w:val") else { continue }
                if name == "Title" { title = style }
                if name.hasPrefix("heading "), let level = Int(name.dropFirst(8)) {
                    levels[style] = level
                }
            case .open("w:outlinelvl"):
                guard let style, let level = scanner.attribute("w:val").flatMap({ Int($0) }),
                    (0..<9).contains(level), levels[style] == nil
                else { continue }
                levels[style] = level + 1
            default: continue
            }
        }
    }
}

/// Turns the events of a document into sections.
private struct WordDocumentBuilder {
    let styles: WordStyles
    private var outline = HeadingOutline()
    private var paragraph = ""
    private var style: String?
    private var title: String?
    private var isText = false
    /// Inside of what older programs would show in place of what was there before.
    private var isFallback = false

    init(styles: WordStyles) {
        self.styles = styles
    }

    /// - Parameter scanner: where the event came from, for its attributes.
    mutating func take(_ event: HTMLScanner.Event, from scanner: HTMLScanner) {
        switch event {
        case .open("mc:fallback"): isFallback = true
        case .close("mc:fallback"): isFallback = false
        case _ where isFallback: break
        case .text(let text): if isText { paragraph += text }
        case .open("w:p"), .close("w:p"): flush()
        case .open("w:pstyle"): style = scanner.attribute("w:val")
        case .open("w:t"): isText = true
        case .close("w:t"): isText = false
        case .open("w:tab"), .open("w:br"), .open("w:cr"): paragraph += " "
        default: break
        }
    }

    mutating func finish() -> SourceDocument {
        flush()
        let sections = outline.finish()
        return SourceDocument(title: title ?? outline.firstHeading, sections: sections)
    }

    private mutating func flush() {
        defer { (paragraph, style) = ("", nil) }
        let text = paragraph.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        guard !text.isEmpty else { return }
        if let level = style.flatMap({ styles.levels[$0] }) {
            outline.open(level: level, heading: text)
        } else if let style, style == styles.title, title == nil {
            title = text
        } else {
            outline.append(text)
        }
    }
}
