package import Documents
package import Foundation

/// Kinds of files that can be indexed, told by their ending.
package enum SourceKind: String, Codable, CaseIterable, Sendable {
    case text
    case markdown
    case html
    case jsonl
    case csv

    /// The kind of a file by its ending in lower case; nil for files that are passed over.
    init?(ending: String) {
        switch ending {
        case "txt", "text": self = .text
        case "md", "markdown": self = .markdown
        case "html", "htm", "xhtml": self = .html
        case "jsonl", "ndjson": self = .jsonl
        case "csv", "tsv": self = .csv
        default: return nil
        }
    }
}

/// How records name their parts.
package struct RecordFields: Codable, Equatable, Sendable {
    /// Fields tried for the text, in order.
    package var text = ["text", "body", "content", "passage", "metin", "icerik"]
    /// Fields tried for the title.
    package var title = ["title", "heading", "baslik", "başlık"]
    /// Fields tried for the id.
    package var id = ["_id", "id", "key"]

    package init() {}
}

/// Reads files into documents.
package struct DocumentReader: Sendable {
    /// Files beyond this size are refused, in bytes: a bound on memory, not on the index.
    package var byteCountMax = 256 << 20
    package var fields = RecordFields()

    package init() {}

    /// The text of a file, whichever way its letters were written.
    ///
    /// - Parameter path: for messages.
    /// - Throws: `RetrievalError.source` when it is no text.
    package func text(of data: Data, path: String) throws -> DecodedText {
        guard let decoded = DecodedText(file: data) else {
            throw RetrievalError.source(path: path, line: nil, problem: "the file is not text")
        }
        return decoded
    }

    /// The documents of a text.
    ///
    /// - Parameter path: for messages.
    /// - Throws: `RetrievalError.source` with the line, for records that cannot be read.
    package func documents(
        in text: String, kind: SourceKind, path: String
    ) throws -> [SourceDocument] {
        switch kind {
        case .text: return [PlainTextReader.document(text)]
        case .markdown: return [MarkdownReader.document(text)]
        case .html: return [HTMLReader.document(text)]
        case .jsonl: return try RecordReader(fields: fields, path: path).lines(text)
        case .csv:
            let isTabbed = URL(fileURLWithPath: path).ending == "tsv"
            return try RecordReader(fields: fields, path: path)
                .table(text, separator: isTabbed ? "\t" : CSVParser.separator(of: text))
        }
    }
}

/// Text without markup: blank lines part paragraphs, the rest is text.
enum PlainTextReader {
    static func document(_ text: String) -> SourceDocument {
        SourceDocument(sections: [.init(text: text)])
    }
}
