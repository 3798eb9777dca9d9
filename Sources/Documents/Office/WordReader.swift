package import Foundation

/// Word documents (`.docx`): paragraphs are lines, those with a style of headings become the
/// passages' headings, notes stand at the end; text that was deleted under revision and field codes
/// stay out.
///
/// Source: ECMA-376, part 1, WordprocessingML. Headings are told by the style's name, which is
/// English whatever the language of Word, or its outline level. LibreOffice writes "Heading 1" where
/// Word writes "heading 1".
package enum WordReader {
    /// - Throws: `DocumentDamage` when it is no Word document or a broken one.
    package static func document(_ data: Data) throws(DocumentDamage) -> SourceDocument {
        let file = try ZipFile(data)
        guard let text = try file.text("word/document.xml") else {
            throw DocumentDamage("it is no Word document")
        }
        var parser = WordParser(styles: WordStyles(try file.text("word/styles.xml") ?? ""))
        parser.read(text)
        for notes in ["word/footnotes.xml", "word/endnotes.xml"] {
            try file.text(notes).map { parser.read($0) }
        }
        return parser.builder.finish()
    }
}

/// What the styles of a document say about its outline.
private struct WordStyles {
    /// What paragraphs are, by the id of their style.
    private(set) var roles: [String: OfficeDocumentBuilder.Role] = [:]

    init(_ xml: String) {
        var scanner = HTMLScanner(xml)
        var style: String?
        while let event = scanner.next() {
            switch event {
            case .open("w:style"): style = scanner.attribute("w:styleid")
            case .close("w:style"): style = nil
            case .open("w:name"):
                guard let style, let name = scanner.attribute("w:val") else { continue }
                if name == "Title" { roles[style] = .title }
                if name.dropFirst().hasPrefix("eading "), let level = Int(name.dropFirst(8)),
                    HeadingOutline.levels.contains(level)
                {
                    roles[style] = .heading(level: level)
                }
            case .open("w:outlinelvl"):
                guard let style, let level = scanner.attribute("w:val").flatMap({ Int($0) }),
                    (0..<9).contains(level), roles[style] == nil
                else { continue }
                roles[style] = .heading(level: level + 1)
            default: continue
            }
        }
    }
}

/// Turns the parts of a document into paragraphs.
private struct WordParser {
    let styles: WordStyles
    var builder = OfficeDocumentBuilder()
    private var role = OfficeDocumentBuilder.Role.text
    private var isText = false
    /// Inside of what older programs would show in place of what was there before.
    private var isFallback = false

    init(styles: WordStyles) {
        self.styles = styles
    }

    mutating func read(_ xml: String) {
        var scanner = HTMLScanner(xml)
        while let event = scanner.next() { take(event, from: scanner) }
        endParagraph()
    }

    /// - Parameter scanner: where the event came from, for its attributes.
    private mutating func take(_ event: HTMLScanner.Event, from scanner: HTMLScanner) {
        switch event {
        case .open("mc:fallback"): isFallback = true
        case .close("mc:fallback"): isFallback = false
        case _ where isFallback: break
        case .text(let text): if isText { builder.append(text) }
        case .open("w:p"), .close("w:p"): endParagraph()
        case .open("w:pstyle"):
            role = scanner.attribute("w:val").flatMap { styles.roles[$0] } ?? .text
        case .open("w:t"): isText = !scanner.isEmptyElement
        case .close("w:t"): isText = false
        case .open("w:tab"), .open("w:br"), .open("w:cr"): builder.append(" ")
        case .open("w:tbl"): builder.beginTable()
        case .close("w:tc"): builder.endCell()
        case .close("w:tr"): builder.endRow()
        case .close("w:tbl"): builder.endTable()
        default: break
        }
    }

    private mutating func endParagraph() {
        builder.endParagraph(role)
        role = .text
    }
}
