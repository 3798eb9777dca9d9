import Documents
import Foundation

/// Documents out of records: one JSON object per line, or one table row per line.
struct RecordReader {
    let fields: RecordFields
    let path: String

    func lines(_ text: String) throws -> [SourceDocument] {
        var documents: [SourceDocument] = []
        let lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            if line.allSatisfy({ $0 == 0x20 || $0 == 0x0D || $0 == 0x09 }) { continue }
            let record: [String: JSONScalar]
            do {
                record = try JSONDecoder().decode([String: JSONScalar].self, from: Data(line))
            } catch {
                throw RetrievalError.source(
                    path: path, line: index + 1, problem: "the line is not a JSON object")
            }
            let values = record.compactMapValues(\.value)
            documents.append(try document(values, line: index + 1))
        }
        return documents
    }

    func table(_ text: String, separator: Character) throws -> [SourceDocument] {
        var parser = CSVParser(text, separator: separator)
        guard let header = try row(&parser) else { return [] }
        var documents: [SourceDocument] = []
        while true {
            let line = parser.line
            guard let cells = try row(&parser) else { return documents }
            if cells == [""] { continue }
            guard cells.count == header.count else {
                throw RetrievalError.source(
                    path: path, line: line,
                    problem: "the row has \(cells.count) cells, the header has \(header.count)")
            }
            var values: [String: MetadataValue] = [:]
            for (name, cell) in zip(header, cells) where !cell.isEmpty {
                // What is read as text stays as it was written: `007` is an id, no number.
                let isText = [fields.text, fields.title, fields.id].joined().contains(name)
                values[name] =
                    isText
                    ? .text(cell) : MetadataValue(cell: cell, hasDecimalComma: separator == ";")
            }
            documents.append(try document(values, line: line))
        }
    }

    private func row(_ parser: inout CSVParser) throws -> [String]? {
        do {
            return try parser.next()
        } catch {
            throw RetrievalError.source(path: path, line: error.line, problem: error.problem)
        }
    }

    private func document(
        _ values: [String: MetadataValue], line: Int
    ) throws -> SourceDocument {
        var rest = values
        func take(_ names: [String]) -> String? {
            guard let name = names.first(where: { rest[$0] != nil }) else { return nil }
            return rest.removeValue(forKey: name).map(\.asText)
        }
        guard let text = take(fields.text) else {
            throw RetrievalError.source(
                path: path, line: line,
                problem: "the record has none of the fields \(fields.text.joined(separator: ", "))")
        }
        let title = take(fields.title).flatMap { $0.isEmpty ? nil : $0 }
        let name = take(fields.id) ?? String(line)
        return SourceDocument(
            name: name, title: title, metadata: rest,
            sections: [.init(headings: title.map { [$0] } ?? [], text: text)])
    }
}

extension MetadataValue {
    /// The value as people would write it.
    package var asText: String {
        switch self {
        case .text(let text): text
        case .number(let number):
            Int(exactly: number).map(String.init) ?? String(number)
        case .flag(let flag): flag ? "true" : "false"
        }
    }
}

/// A JSON value that can become metadata; nested values and nulls are passed over.
private struct JSONScalar: Decodable {
    let value: MetadataValue?

    init(from decoder: any Decoder) throws {
        value = try? MetadataValue(from: decoder)
    }
}
