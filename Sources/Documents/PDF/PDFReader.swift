package import Foundation

/// PDF documents, a document for each page: what is found can be cited by its page, and
/// `file.pdf#page=12`, path and name joined, is where a browser opens it.
///
/// The letters are taken out by `pdftotext` of Poppler (`PDFText`), which is no part of this
/// program.
package enum PDFReader {
    /// Whether PDF documents can be read on this machine.
    package static var isAvailable: Bool { PDFText.program != nil }

    /// What people have to do when it is not.
    package static let remedy = "PDF needs pdftotext (Debian: apt install poppler-utils)"

    /// The pages that hold text, in their order.
    ///
    /// - Throws: `DocumentDamage` when it is no PDF, a broken or protected one, or a scan.
    package static func documents(_ data: Data) throws -> [SourceDocument] {
        let pages = PDFPages(try PDFText.extract(from: data)).texts.enumerated()
            .filter { !$0.element.isEmpty }
            .map { index, text in
                SourceDocument(
                    name: "page=\(index + 1)", metadata: ["page": .number(Double(index + 1))],
                    sections: [.init(text: text)])
            }
        guard !pages.isEmpty else {
            throw DocumentDamage("it has no text; a scan needs OCR first (ocrmypdf -l tur)")
        }
        return pages
    }
}
