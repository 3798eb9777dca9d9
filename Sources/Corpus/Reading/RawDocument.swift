import AjanCompute
import AjanDocuments
import Foundation

/// A document as an input holds it.
struct RawDocument: Sendable, Equatable {
    /// Paragraphs are lines.
    var text: String
    var title: String?
    var url: String?
}

/// Documents that are read together and worked on apart.
enum DocumentBatch: Sendable {
    /// Lines of JSON, not parsed yet: that is work for all threads.
    case records(LineBatch)
    case documents([RawDocument])

    /// Number of documents, broken ones included.
    var count: Int {
        switch self {
        case .records(let batch): batch.lines.count
        case .documents(let documents): documents.count
        }
    }

    /// Document `index`; nil for a blank line.
    ///
    /// - Throws: `BrokenLine` for a line that is no record.
    func document(_ index: Int, fields: InputFields) throws(BrokenLine) -> RawDocument? {
        switch self {
        case .documents(let documents): documents[index]
        case .records(let batch): try RecordLine.document(batch, index, fields: fields)
        }
    }
}

/// A line that cannot be read.
struct BrokenLine: Error, Sendable {
    let line: Int
}

/// Reads the documents of one file, a batch at a time. Where batches end depends on the file alone.
protocol DocumentSource {
    mutating func next() throws -> DocumentBatch?
}

extension InputFormat {
    /// A source for one file.
    func source(_ file: URL) throws -> any DocumentSource {
        switch self {
        case .c4, .jsonl: RecordSource(reader: try LineReader(file))
        case .text: ParagraphSource(reader: try LineReader(file), isPerLine: false)
        case .lines: ParagraphSource(reader: try LineReader(file), isPerLine: true)
        case .wiki: WikiSource(reader: try LineReader(file))
        case .markdown, .html: MarkupSource(file: file, isHTML: self == .html)
        }
    }
}

/// JSON lines.
struct RecordSource: DocumentSource {
    let reader: LineReader

    mutating func next() throws -> DocumentBatch? {
        try reader.next().map { .records($0) }
    }
}

/// Takes the text, title and address out of a line of JSON.
enum RecordLine {
    static func document(
        _ batch: LineBatch, _ index: Int, fields: InputFields
    ) throws(BrokenLine) -> RawDocument? {
        let line = batch.bytes[batch.lines[index]]
        if line.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) { return nil }
        var scanner = RecordScanner(line)
        guard let values = scanner.strings([fields.text, fields.title, fields.url]),
            let text = values[0]
        else { throw BrokenLine(line: batch.firstLine + index) }
        return RawDocument(text: text, title: values[1], url: values[2])
    }

    /// Names that a complaint shows at most.
    private static let namesShown = 12

    /// Why the first line of a file has no text, when it is a JSON object without it.
    static func complaint(_ file: URL, fields: InputFields) throws -> CorpusError? {
        guard let batch = try LineReader(file).next(byteCount: 1),
            let line = batch.lines.indices.first(where: { !batch.lines[$0].isEmpty })
        else { return nil }
        var scanner = RecordScanner(batch.bytes[batch.lines[line]])
        guard let names = scanner.names() else { return nil }
        let shown = names.prefix(namesShown).map { "\(quoted: $0)" }.joined(separator: ", ")
        let problem =
            names.contains { $0.utf8.elementsEqual(fields.text.utf8) }
            ? "holds no text" : "is missing; fields are \(shown.isEmpty ? "none" : shown)"
        return .line(
            path: file.path, line: batch.firstLine + line,
            problem: "the field \(quoted: fields.text) \(problem)")
    }
}
