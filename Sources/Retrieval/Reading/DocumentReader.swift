package import Documents
package import Foundation

/// Kinds of files that can be indexed, told by their ending.
package enum SourceKind: String, Codable, CaseIterable, Sendable {
    case text
    case markdown
    case html
    case jsonl
    case csv
    case word

    /// The kind of a file by its ending in lower case; nil for files that are passed over.
    init?(ending: String) {
        switch ending {
        case "txt", "text": self = .text
        case "md", "markdown": self = .markdown
        case "html", "htm", "xhtml": self = .html
        case "jsonl", "ndjson": self = .jsonl
        case "csv", "tsv": self = .csv
        case "docx": self = .word
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

    /// What a file holds.
    package struct Contents {
        package let documents: [SourceDocument]
        /// How its letters were written.
        package let encoding: TextEncoding
    }

    /// The documents of a file.
    ///
    /// - Parameter path: for messages.
    /// - Throws: `RetrievalError.source`, with the line for records that cannot be read.
    package func read(_ data: Data, kind: SourceKind, path: String) throws -> Contents {
        switch kind {
        case .text: return try read(data, path) { [PlainTextReader.document($0)] }
        case .markdown: return try read(data, path) { [MarkdownReader.document($0)] }
        case .html: return try read(data, path) { [HTMLReader.document($0)] }
        case .jsonl: return try read(data, path, RecordReader(fields: fields, path: path).lines)
        case .csv:
            let isTabbed = URL(fileURLWithPath: path).ending == "tsv"
            return try read(data, path) { text in
                try RecordReader(fields: fields, path: path)
                    .table(text, separator: isTabbed ? "\t" : CSVParser.separator(of: text))
            }
        case .word:
            do {
                return Contents(documents: [try WordReader.document(data)], encoding: .utf8)
            } catch {
                throw RetrievalError.source(path: path, line: nil, problem: error.problem)
            }
        }
    }

    /// The documents of a file of text, whichever way its letters were written.
    private func read(
        _ data: Data, _ path: String, _ documents: (String) throws -> [SourceDocument]
    ) throws -> Contents {
        guard let decoded = DecodedText(file: data) else {
            throw RetrievalError.source(path: path, line: nil, problem: "the file is not text")
        }
        return Contents(documents: try documents(decoded.text), encoding: decoded.encoding)
    }
}

/// Text without markup: blank lines part paragraphs, the rest is text.
enum PlainTextReader {
    static func document(_ text: String) -> SourceDocument {
        SourceDocument(sections: [.init(text: text)])
    }
}
