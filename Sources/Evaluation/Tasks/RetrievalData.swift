import AjanCompute
package import Foundation

/// A text with its id.
package struct IdentifiedText: Hashable, Sendable {
    package let id: Identifier
    package let text: String

    package init(id: Identifier, text: String) {
        self.id = id
        self.text = text
    }
}

/// A retrieval data set: documents, the queries that have judgments, and the judgments.
package struct RetrievalData: Sendable {
    package let documents: [IdentifiedText]
    package let queries: [IdentifiedText]
    /// Judgments of each query, in the order of `queries`.
    package let judgments: [Judgments]

    package init(
        documents: [IdentifiedText], queries: [IdentifiedText], judgments: [Judgments]
    ) {
        precondition(queries.count == judgments.count)
        self.documents = documents
        self.queries = queries
        self.judgments = judgments
    }

    /// Reads a BEIR-style folder: `corpus.jsonl`, `queries.jsonl`, and `qrels` (a path inside it);
    /// each may be gzip (`.gz`).
    ///
    /// A document's text is its title, a space, and its text, as in BEIR and mteb. Queries without
    /// a judgment in `qrels` belong to another split and are left out. With `judgedOnly`, only
    /// documents that some judgment names are ranked.
    ///
    /// - Throws: `EvaluationError` with file and line for a line that is not JSON, an empty id or
    ///   query, an id that stands twice, a judgment of an unknown query or document, a grade that
    ///   is not a number, and for files without a single entry.
    package init(folder: URL, qrels: String, judgedOnly: Bool = false) throws {
        let corpus = try Self.texts(in: folder, "corpus.jsonl", noun: "document", mayBeEmpty: true)
        let allQueries = try Self.texts(
            in: folder, "queries.jsonl", noun: "query", mayBeEmpty: false)
        let known = Set(corpus.map(\.id))
        let judged = try Self.judgments(
            in: folder, qrels, queries: Set(allQueries.map(\.id)), documents: known)
        let named = Set(judged.values.flatMap(\.keys))
        documents = judgedOnly ? corpus.filter { named.contains($0.id) } : corpus
        queries = allQueries.filter { judged[$0.id] != nil }
        judgments = queries.compactMap { judged[$0.id] }
    }

    static func file(in folder: URL, _ name: String) throws -> DataFile {
        let url = folder.appendingPathComponent(name)
        guard let file = DataFile(url) else {
            throw EvaluationError.file(path: url.path, problem: "no such file")
        }
        return file
    }

    private static func texts(
        in folder: URL, _ name: String, noun: String, mayBeEmpty: Bool
    ) throws -> [IdentifiedText] {
        let file = try file(in: folder, name)
        var (texts, firstLine): ([IdentifiedText], [Identifier: Int]) = ([], [:])
        try file.forEachLine { number, line in
            let record = try JSONRecord(line, line: number, of: file)
            guard let id = record.id.map({ Identifier($0) }), !id.text.isEmpty else {
                throw file.error(number, "the \(noun) has no '_id'")
            }
            if let first = firstLine.updateValue(number, forKey: id) {
                throw file.error(number, "the id \(quoted: id) stands already on line \(first)")
            }
            guard let body = record.text else {
                throw file.error(number, "the \(noun) \(quoted: id) has no 'text'")
            }
            let text = [record.title ?? "", body].joined(separator: " ")
                .trimmingCharacters(in: .whitespacesAndNewlines)
            if text.isEmpty, !mayBeEmpty {
                throw file.error(number, "the \(noun) \(quoted: id) is empty")
            }
            texts.append(IdentifiedText(id: id, text: text))
        }
        guard !texts.isEmpty else {
            throw file.error(1, "the file holds no \(noun)")
        }
        return texts
    }

    private static func judgments(
        in folder: URL, _ name: String, queries: Set<Identifier>, documents: Set<Identifier>
    ) throws -> [Identifier: Judgments] {
        let file = try file(in: folder, name)
        var judged: [Identifier: Judgments] = [:]
        try file.forEachLine { number, line in
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
            guard fields.count == 3 else {
                throw file.error(
                    number,
                    "expected query-id, corpus-id and score between tabs, got \(fields.count) fields"
                )
            }
            if number == 1, fields[2] == "score" { return }
            let (query, document) = (Identifier(String(fields[0])), Identifier(String(fields[1])))
            guard let grade = Self.grade(fields[2]) else {
                throw file.error(number, "the score \(quoted: fields[2]) is not a whole number")
            }
            guard queries.contains(query) else {
                throw file.error(number, "the query \(quoted: query) is not in queries.jsonl")
            }
            guard documents.contains(document) else {
                throw file.error(number, "the document \(quoted: document) is not in corpus.jsonl")
            }
            guard judged[query, default: [:]].updateValue(grade, forKey: document) == nil else {
                throw file.error(
                    number, "\(quoted: document) is judged twice for query \(quoted: query)")
            }
        }
        guard judged.values.contains(where: { $0.values.contains { $0 > 0 } }) else {
            throw file.error(1, "the file names no relevant document")
        }
        return judged
    }

    /// Some exporters write grades as `1.0`.
    private static func grade(_ text: Substring) -> Int? {
        if let grade = Int(text) { return grade }
        guard let number = Double(text), number.isFinite else { return nil }
        return Int(exactly: number)
    }
}
