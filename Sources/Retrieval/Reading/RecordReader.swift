import AjanDocuments
import Foundation

/// Documents out of records: one JSON object per line, or one table row per line.
///
/// A record that cannot be read is left out and named; a file of nothing else is refused.
struct RecordReader {
    private let fields: RecordFields
    private let path: String
    /// The names of `fields` in the form in which they are compared, once for all records.
    private let textForms: [String]
    private let titleForms: [String]
    private let idForms: [String]

    init(fields: RecordFields, path: String) {
        self.fields = fields
        self.path = path
        textForms = fields.text.map(RecordFields.form)
        titleForms = fields.title.map(RecordFields.form)
        idForms = fields.id.map(RecordFields.form)
    }

    func lines(_ text: String) throws -> DocumentReader.Contents {
        var contents = DocumentReader.Contents(documents: [])
        let lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            if line.allSatisfy({ $0 == 0x20 || $0 == 0x0D || $0 == 0x09 }) { continue }
            do {
                let record = try? JSONDecoder().decode([String: JSONField].self, from: Data(line))
                guard let record else { throw error(index + 1, "the line is not a JSON object") }
                let values = record.compactMapValues(\.value)
                contents.documents.append(try document(values, line: index + 1))
            } catch let problem as RetrievalError {
                contents.problems.append(problem)
            }
        }
        return try checked(contents)
    }

    /// - Parameter isTabbed: whether tabs part the cells, whatever else stands in them.
    func table(_ text: String, isTabbed: Bool) throws -> DocumentReader.Contents {
        var contents = DocumentReader.Contents(documents: [])
        let (stated, rest) = CSVParser.statedSeparator(of: text)
        let separator = stated ?? (isTabbed ? "\t" : CSVParser.separator(of: rest))
        var parser = CSVParser(rest, separator: separator, line: stated == nil ? 1 : 2)
        guard let header = try row(&parser) else { return contents }
        // What is read as text stays as it was written: `007` is an id, no number.
        let texts = Set(textForms + titleForms + idForms)
        let columns = header.map { (name: $0, isText: texts.contains(RecordFields.form($0))) }
        while true {
            let line = parser.line
            guard let cells = try row(&parser) else { return try checked(contents) }
            if cells == [""] { continue }
            do {
                guard cells.count == header.count else {
                    throw error(
                        line, "the row has \(cells.count) cells, the header has \(header.count)")
                }
                var values: [String: MetadataValue] = [:]
                for (column, cell) in zip(columns, cells) where !cell.isEmpty {
                    values[column.name] =
                        column.isText
                        ? .text(cell) : MetadataValue(cell: cell, isTurkish: separator == ";")
                }
                contents.documents.append(try document(values, line: line))
            } catch let problem as RetrievalError {
                contents.problems.append(problem)
            }
        }
    }

    private func checked(_ contents: DocumentReader.Contents) throws -> DocumentReader.Contents {
        if contents.documents.isEmpty, let first = contents.problems.first { throw first }
        return contents
    }

    private func row(_ parser: inout CSVParser) throws -> [String]? {
        do {
            return try parser.next()
        } catch let failure {
            throw error(failure.line, failure.problem)
        }
    }

    private func error(_ line: Int, _ problem: String) -> RetrievalError {
        .source(path: path, line: line, problem: problem)
    }

    private func document(
        _ values: [String: MetadataValue], line: Int
    ) throws -> SourceDocument {
        var rest = values
        // Of two names of one form always the same counts, whatever order a dictionary has.
        let byForm = Dictionary(values.keys.map { (RecordFields.form($0), $0) }) {
            $0.utf8.lexicographicallyPrecedes($1.utf8) ? $0 : $1
        }
        func take(_ forms: [String], all: Bool = false) -> String? {
            let found = forms.compactMap { byForm[$0] }.prefix(all ? forms.count : 1)
            guard !found.isEmpty else { return nil }
            return found.compactMap { rest.removeValue(forKey: $0)?.asText }.joined(separator: "\n")
        }
        guard let text = take(textForms, all: fields.isTextChosen) else {
            throw error(
                line,
                "the record has none of the fields \(fields.text.joined(separator: ", ")) but "
                    + "\(values.keys.sorted().joined(separator: ", ")); name the ones of the text "
                    + "with --text-field")
        }
        let title = take(titleForms).flatMap { $0.isEmpty ? nil : $0 }
        let name = take(idForms) ?? String(line)
        return SourceDocument(
            name: name, title: title, metadata: rest,
            sections: [.init(headings: title.map { [$0] } ?? [], text: text)])
    }
}

/// A JSON value that can become metadata; objects and nulls are passed over.
private struct JSONField: Decodable {
    let value: MetadataValue?

    init(from decoder: any Decoder) throws {
        value = try? MetadataValue(from: decoder)
    }
}
