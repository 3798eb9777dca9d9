package import Foundation

/// Text documents of LibreOffice and its kin (`.odt`): paragraphs are lines, headings become the
/// passages' headings, notes follow their paragraph; comments and text that was deleted under
/// revision stay out.
///
/// Source: OASIS, Open Document Format 1.3, part 3.
package enum OpenDocumentReader {
    /// - Throws: `DocumentDamage` when it is no text document or a broken one.
    package static func document(_ data: Data) throws(DocumentDamage) -> SourceDocument {
        let file = try ZipFile(data)
        guard let text = try file.text("content.xml") else {
            throw DocumentDamage("it is no OpenDocument text")
        }
        var styles = OpenDocumentStyles()
        for xml in [try file.text("styles.xml") ?? "", text] { styles.read(xml) }
        var parser = OpenDocumentParser(styles: styles)
        var scanner = HTMLScanner(text)
        while let event = scanner.next() { parser.take(event, from: scanner) }
        guard parser.isText else { throw DocumentDamage("it is no OpenDocument text") }
        return parser.builder.finish()
    }
}

/// What the styles of a document say about its outline.
private struct OpenDocumentStyles {
    /// Styles by the name of those that change them.
    private var parents: [String: String] = [:]
    private var levels: [String: Int] = [:]

    /// Parents beyond this are an attack, or a circle.
    private static let depthMax = 16
    /// Names beyond this, in bytes, are an attack: every paragraph looks for them again.
    private static let nameByteCountMax = 256

    mutating func read(_ xml: String) {
        var scanner = HTMLScanner(xml)
        while let event = scanner.next() {
            guard event == .open("style:style"), let name = name("style:name", of: scanner) else {
                continue
            }
            parents[name] = self.name("style:parent-style-name", of: scanner)
            levels[name] = scanner.attribute("style:default-outline-level").flatMap { Int($0) }
        }
    }

    private func name(_ attribute: StaticString, of scanner: HTMLScanner) -> String? {
        scanner.attribute(attribute).flatMap {
            $0.utf8.count <= Self.nameByteCountMax ? $0 : nil
        }
    }

    /// What a paragraph of that style is.
    func role(_ style: String?) -> OfficeDocumentBuilder.Role {
        var style = style
        for _ in 0..<Self.depthMax {
            guard let name = style else { break }
            if name == "Title" { return .title }
            if let level = levels[name], HeadingOutline.levels.contains(level) {
                return .heading(level: level)
            }
            style = parents[name]
        }
        return .text
    }
}

private struct OpenDocumentParser {
    let styles: OpenDocumentStyles
    var builder = OfficeDocumentBuilder()
    /// Whether there was the body of a text, and not of a table or a drawing.
    private(set) var isText = false
    /// What the paragraphs are that are open: one, and those of a note or a frame inside of it.
    private var roles: [OfficeDocumentBuilder.Role] = []
    /// Texts of the notes and frames of the paragraph that is open.
    private var asides: [String] = []
    /// The element that is passed over with all that is in it.
    private var skipped: String?

    private static let skippedElements: Set<String> = [
        "office:annotation", "text:tracked-changes", "text:note-citation", "office:forms",
    ]

    init(styles: OpenDocumentStyles) {
        self.styles = styles
    }

    /// - Parameter scanner: where the event came from, for its attributes.
    mutating func take(_ event: HTMLScanner.Event, from scanner: HTMLScanner) {
        if let skipped {
            if event == .close(skipped) { self.skipped = nil }
            return
        }
        switch event {
        case .text(let text): append(text)
        case .close(let name): end(name)
        case .open("text:s"), .open("text:tab"), .open("text:line-break"): append(" ")
        case .open where scanner.isEmptyElement: break
        case .open(let name): begin(name, scanner)
        }
    }

    private mutating func begin(_ name: String, _ scanner: HTMLScanner) {
        switch name {
        case "text:h":
            let level = scanner.attribute("text:outline-level").map { Int($0) ?? 0 }
            beginParagraph(.heading(level: level ?? 1))
        case "text:p":
            beginParagraph(styles.role(scanner.attribute("text:style-name")))
        case "table:table": builder.beginTable()
        case "office:text": isText = true
        case _ where Self.skippedElements.contains(name): skipped = name
        default: break
        }
    }

    private mutating func end(_ name: String) {
        switch name {
        case "text:p", "text:h": endParagraph()
        case "table:table-cell": builder.endCell()
        case "table:table-row": builder.endRow()
        case "table:table": builder.endTable()
        default: break
        }
    }

    private mutating func append(_ text: String) {
        switch roles.count {
        case 0: break
        case 1: builder.append(text)
        default: asides[asides.count - 1] += text
        }
    }

    private mutating func beginParagraph(_ role: OfficeDocumentBuilder.Role) {
        roles.append(role)
        if roles.count > 1 { asides.append("") }
    }

    private mutating func endParagraph() {
        guard let role = roles.popLast(), roles.isEmpty else { return }
        builder.endParagraph(role)
        for aside in asides {
            builder.append(aside)
            builder.endParagraph()
        }
        asides = []
    }
}
