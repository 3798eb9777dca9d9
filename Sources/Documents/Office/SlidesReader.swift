package import Foundation

/// Slides of PowerPoint (`.pptx`), a document for each slide: what is found can be cited by its
/// number. Speakers' notes and masters stay out.
///
/// Source: ECMA-376, part 1, PresentationML.
package enum SlidesReader {
    /// Text of all slides together beyond this is refused, in bytes.
    private static let textByteCountMax = 64 << 20

    /// The slides that hold text, in the order in which they are shown. A part that is named twice
    /// is one slide.
    ///
    /// - Throws: `DocumentDamage` when it is no presentation or a broken one.
    package static func documents(_ data: Data) throws(DocumentDamage) -> [SourceDocument] {
        let file = try ZipFile(data)
        guard let presentation = try file.text("ppt/presentation.xml"),
            let relations = try file.text("ppt/_rels/presentation.xml.rels")
        else { throw DocumentDamage("it is no presentation") }
        let targets = targets(of: relations)
        var documents: [SourceDocument] = []
        var read: Set<String> = []
        var byteCount = 0
        for (index, id) in slideIDs(of: presentation).enumerated() {
            guard let part = targets[id], read.insert(part).inserted,
                let slide = try file.text(part)
            else { continue }
            byteCount += slide.utf8.count
            guard byteCount <= textByteCountMax else {
                throw DocumentDamage("its slides unpack to more than \(textByteCountMax) bytes")
            }
            var document = slideDocument(slide)
            guard !document.sections.isEmpty else { continue }
            document.name = "slide=\(index + 1)"
            document.metadata = ["slide": .number(Double(index + 1))]
            documents.append(document)
        }
        return documents
    }

    private static func slideIDs(of presentation: String) -> [String] {
        var scanner = HTMLScanner(presentation)
        var ids: [String] = []
        while let event = scanner.next() {
            if event == .open("p:sldid"), let id = scanner.attribute("r:id") { ids.append(id) }
        }
        return ids
    }

    /// Names of parts by the id of their relation.
    private static func targets(of relations: String) -> [String: String] {
        var scanner = HTMLScanner(relations)
        var targets: [String: String] = [:]
        while let event = scanner.next() {
            if event == .open("relationship"), let id = scanner.attribute("id"),
                let target = scanner.attribute("target")
            {
                targets[id] = target.hasPrefix("/") ? String(target.dropFirst()) : "ppt/\(target)"
            }
        }
        return targets
    }

    private static func slideDocument(_ xml: String) -> SourceDocument {
        var builder = OfficeDocumentBuilder()
        var scanner = HTMLScanner(xml)
        var (isText, isTitle) = (false, false)
        while let event = scanner.next() {
            switch event {
            case .text(let text): if isText { builder.append(text) }
            case .open("p:sp"), .close("p:sp"): isTitle = false
            case .open("p:ph"):
                let kind = scanner.attribute("type")
                isTitle = kind == "title" || kind == "ctrTitle"
            case .open("a:t"): isText = !scanner.isEmptyElement
            case .close("a:t"): isText = false
            case .open("a:br"): builder.append(" ")
            case .close("a:p"): builder.endParagraph(isTitle ? .heading(level: 1) : .text)
            case .open("a:tbl"): builder.beginTable()
            case .close("a:tc"): builder.endCell()
            case .close("a:tr"): builder.endRow()
            case .close("a:tbl"): builder.endTable()
            default: break
            }
        }
        return builder.finish()
    }
}
