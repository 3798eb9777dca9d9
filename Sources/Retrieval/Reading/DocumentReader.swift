package import AjanDocuments
package import Foundation

/// Kinds of files that can be indexed, told by their ending.
package enum SourceKind: String, Codable, CaseIterable, Sendable {
    case text
    case markdown
    case html
    case jsonl
    case csv
    case word
    case openDocument
    case slides
    case courtDocument
    case pdf

    /// The kinds by the endings of their files, in lower case.
    private static let byEnding: KeyValuePairs<String, SourceKind> = [
        "txt": .text, "text": .text, "md": .markdown, "markdown": .markdown,
        "html": .html, "htm": .html, "xhtml": .html, "pdf": .pdf, "docx": .word,
        "odt": .openDocument, "pptx": .slides, "udf": .courtDocument,
        "jsonl": .jsonl, "ndjson": .jsonl, "csv": .csv, "tsv": .csv,
    ]

    /// Endings of files that are read.
    package static var endings: [String] { byEnding.map(\.key) }

    /// The kind of a file by its ending in lower case; nil for files that are passed over.
    init?(ending: String) {
        guard let kind = Self.byEnding.first(where: { $0.key == ending })?.value else { return nil }
        self = kind
    }

    /// Whether this machine has what it takes to read such files.
    var isReadable: Bool { self != .pdf || PDFReader.isAvailable }
}

/// Reads files into documents.
package struct DocumentReader: Sendable {
    /// Files beyond this size are refused, in bytes: a bound on memory, not on the index.
    package var byteCountMax = 256 << 20
    package var fields = RecordFields()

    package init() {}

    /// What a file holds.
    package struct Contents {
        package var documents: [SourceDocument]
        /// How its letters were written.
        package var encoding = TextEncoding.utf8
        /// Why records of it were left out, in their order.
        package var problems: [RetrievalError] = []
    }

    /// The documents of a file.
    ///
    /// - Parameter path: for messages.
    /// - Throws: `RetrievalError.source`, with the line for records that cannot be read.
    package func read(_ data: Data, kind: SourceKind, path: String) throws -> Contents {
        let records = RecordReader(fields: fields, path: path)
        switch kind {
        case .text: return try read(data, path) { whole(PlainTextReader.document($0)) }
        case .markdown: return try read(data, path) { whole(MarkdownReader.document($0)) }
        case .html: return try read(data, path) { whole(HTMLReader.document($0)) }
        case .jsonl: return try read(data, path, records.lines)
        case .csv:
            let isTabbed = URL(fileURLWithPath: path).ending == "tsv"
            return try read(data, path) { try records.table($0, isTabbed: isTabbed) }
        case .word: return try read(path) { [try WordReader.document(data)] }
        case .openDocument: return try read(path) { [try OpenDocumentReader.document(data)] }
        case .slides: return try read(path) { try SlidesReader.documents(data) }
        case .courtDocument: return try read(path) { [try CourtDocumentReader.document(data)] }
        case .pdf: return try read(path) { try PDFReader.documents(data) }
        }
    }

    private func whole(_ document: SourceDocument) -> Contents {
        Contents(documents: [document])
    }

    /// The documents of a file whose form states how its letters are written.
    private func read(
        _ path: String, _ documents: () throws -> [SourceDocument]
    ) throws -> Contents {
        do {
            return Contents(documents: try documents())
        } catch let damage as DocumentDamage {
            throw RetrievalError.source(path: path, line: nil, problem: damage.problem)
        }
    }

    /// The contents of a file of text, whichever way its letters were written.
    private func read(
        _ data: Data, _ path: String, _ contents: (String) throws -> Contents
    ) throws -> Contents {
        guard let decoded = DecodedText(file: data) else {
            throw RetrievalError.source(path: path, line: nil, problem: "the file is not text")
        }
        var contents = try contents(decoded.text)
        contents.encoding = decoded.encoding
        return contents
    }
}
