import AjanCompute
package import AjanEvaluation
package import Foundation
import GRDB

/// A question whose answers are known.
package struct TuningQuestion: Sendable {
    package let text: String
    /// Documents of the index that answer it, each with its grade; none when nothing does.
    package let judgments: Judgments

    package var isAnswerable: Bool { judgments.values.contains { $0 > 0 } }
}

/// Reads questions with known answers and finds the answers in an index.
///
/// A JSONL file has lines such as `{"question": "...", "relevant": ["kargo-01", "iade.md"]}`; a
/// folder is read as BEIR has it (`queries.jsonl`, `qrels/test.tsv`). A document is named by its id
/// in a JSONL or CSV file, by the end of its file's path, or by both: `sss.jsonl#kargo-01`. A
/// question with an empty list is one that the documents do not answer.
package struct TuningQuestions {
    private struct Line: Decodable {
        let question: String
        let relevant: [String]
    }

    /// A question before its answers are looked up.
    private struct Draft {
        let text: String
        let relevant: [String: Int]
        let line: Int
    }

    private let path: String
    private let drafts: [Draft]

    /// - Throws: `RetrievalError.questions` with the line that cannot be used.
    package init(_ url: URL) throws {
        path = url.path
        var isFolder: ObjCBool = false
        let exists = unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
        drafts = exists && isFolder.boolValue ? try Self.folder(url) : try Self.lines(url)
    }

    private static func lines(_ url: URL) throws -> [Draft] {
        guard let file = DataFile(url) else {
            throw RetrievalError.questions(
                path: url.path, line: 1, problem: "there is no such file")
        }
        var drafts: [Draft] = []
        try file.forEachLine { number, text in
            guard let line = try? JSONDecoder().decode(Line.self, from: Data(text.utf8)) else {
                throw RetrievalError.questions(
                    path: url.path, line: number,
                    problem: #"expected {"question": "...", "relevant": ["document", ...]}"#)
            }
            let relevant = Dictionary(line.relevant.map { ($0, 1) }, uniquingKeysWith: max)
            drafts.append(Draft(text: line.question, relevant: relevant, line: number))
        }
        return drafts
    }

    private static func folder(_ url: URL) throws -> [Draft] {
        let data = try RetrievalData(folder: url, qrels: "qrels/test.tsv")
        return zip(data.queries, data.judgments).enumerated().map { index, question in
            let relevant = question.1.map { ($0.key.text, $0.value) }
            return Draft(
                text: question.0.text, relevant: Dictionary(relevant, uniquingKeysWith: max),
                line: index + 1)
        }
    }

    /// The questions with the documents of `reader`'s index that answer them.
    package func resolved(in reader: IndexReader) throws -> [TuningQuestion] {
        let names = try DocumentNames(reader)
        let questions = try drafts.map { draft in
            let judgments = try draft.relevant.map { name, grade in
                guard let id = names.document(named: name) else {
                    throw RetrievalError.questions(
                        path: path, line: draft.line,
                        problem: "the index has no document \(quoted: name), or several")
                }
                return (Identifier(String(id)), grade)
            }
            return TuningQuestion(
                text: draft.text, judgments: Dictionary(judgments, uniquingKeysWith: max))
        }
        let answerable = questions.count(where: \.isAnswerable)
        guard answerable >= Self.countMin else {
            throw RetrievalError.questions(
                path: path, line: max(drafts.count, 1),
                problem:
                    "\(answerable) questions with answers; at least \(Self.countMin) are needed")
        }
        return questions
    }

    /// Below this, no test says anything.
    private static let countMin = 10
}

/// Finds documents by what people call them.
private struct DocumentNames {
    /// Nil where several documents share the name.
    private var ids: [String: Int64?] = [:]

    init(_ reader: IndexReader) throws {
        var last: Int64 = 0
        while true {
            let page = try reader.documents(after: last, limit: 10_000)
            guard let end = page.last else { return }
            for document in page { add(document) }
            last = end.id
        }
    }

    private mutating func add(_ document: DocumentSummary) {
        let record = document.name.isEmpty ? "" : "#\(document.name)"
        let parts = document.path.split(separator: "/")
        var names = parts.indices.map { parts[$0...].joined(separator: "/") + record }
        names.append(document.path + record)
        if !document.name.isEmpty { names.append(document.name) }
        for name in names {
            ids[name] = ids[name] == nil ? .some(document.id) : .some(nil)
        }
    }

    func document(named name: String) -> Int64? { ids[name] ?? nil }
}
