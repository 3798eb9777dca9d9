package import Foundation

/// Documents of UYAP, the information system of Turkey's courts (`.udf`): a zip file whose
/// `content.xml` holds the whole text as one run of characters, a line for each paragraph; what
/// styles the paragraphs points into it and is not needed here.
package enum CourtDocumentReader {
    /// - Throws: `DocumentDamage` when it is no such document or a broken one.
    package static func document(_ data: Data) throws(DocumentDamage) -> SourceDocument {
        guard let xml = try ZipFile(data).text("content.xml") else {
            throw DocumentDamage("it is no UYAP document")
        }
        var scanner = HTMLScanner(xml)
        var (isContent, isFound, text) = (false, false, "")
        while let event = scanner.next() {
            switch event {
            case .open("content"): (isContent, isFound) = (!scanner.isEmptyElement, true)
            case .close("content"): isContent = false
            case .text(let piece): if isContent { text += piece }
            default: break
            }
        }
        guard isFound else { throw DocumentDamage("it is no UYAP document") }
        var (outline, rest) = (HeadingOutline(), text[...])
        while let start = rest.firstIndex(where: { !$0.isNewline }) {
            let line = rest[start...].prefix { !$0.isNewline }
            outline.append(String(line))
            rest = rest[line.endIndex...]
        }
        return SourceDocument(sections: outline.finish())
    }
}
