import AjanEvaluation
import Foundation
import TestSupport
import Testing

@Suite("Data sets are read whole, and bad data is refused with file and line")
struct TaskReaderTests {
    /// A throw-away BEIR folder whose files a test may spoil.
    private struct Folder: ~Copyable {
        let url = FileManager.default.temporaryDirectory
            .appendingPathComponent("evaluation-\(UUID().uuidString)")

        init(
            corpus: String = #"{"_id": "d1", "title": "Kargo", "text": "Kargo iki günde gelir."}"#
                + "\n"
                + #"{"_id": "d2", "text": "İade on dört gün içinde yapılır."}"#,
            queries: String = #"{"_id": "q1", "text": "kargom nerede?"}"#,
            qrels: String = "query-id\tcorpus-id\tscore\nq1\td1\t1\n"
        ) throws {
            try FileManager.default.createDirectory(
                at: url.appendingPathComponent("qrels"), withIntermediateDirectories: true)
            try write(corpus, to: "corpus.jsonl")
            try write(queries, to: "queries.jsonl")
            try write(qrels, to: "qrels/test.tsv")
        }

        func write(_ text: String, to name: String) throws {
            try Data(text.utf8).write(to: url.appendingPathComponent(name))
        }

        func read() throws -> RetrievalData {
            try RetrievalData(folder: url, qrels: "qrels/test.tsv")
        }

        deinit { try? FileManager.default.removeItem(at: url) }
    }

    /// The file name, line and problem of the error that reading `folder` must throw.
    private func problem(of folder: consuming Folder) throws -> String {
        do {
            _ = try folder.read()
            Issue.record("bad data was accepted")
            return ""
        } catch let EvaluationError.line(path, line, problem) {
            return "\((path as NSString).lastPathComponent):\(line): \(problem)"
        }
    }

    @Test("a good folder: title and text joined, judgments by query")
    func goodFolder() throws {
        let data = try Folder().read()
        #expect(
            data.documents.map(\.text) == [
                "Kargo Kargo iki günde gelir.", "İade on dört gün içinde yapılır.",
            ])
        #expect(data.queries.map(\.id.text) == ["q1"])
        #expect(data.judgments == [[Identifier("d1"): 1]])
    }

    @Test("a judgment of an unknown document")
    func unknownDocument() throws {
        let folder = try Folder(qrels: "query-id\tcorpus-id\tscore\nq1\td1\t1\nq1\td9\t1\n")
        #expect(try problem(of: folder) == "test.tsv:3: the document 'd9' is not in corpus.jsonl")
    }

    @Test("a judgment of an unknown query")
    func unknownQuery() throws {
        let folder = try Folder(qrels: "q7\td1\t1\n")
        #expect(try problem(of: folder) == "test.tsv:1: the query 'q7' is not in queries.jsonl")
    }

    @Test("an empty query")
    func emptyQuery() throws {
        let folder = try Folder(queries: #"{"_id": "q1", "text": "  "}"#)
        #expect(try problem(of: folder) == "queries.jsonl:1: the query 'q1' is empty")
    }

    @Test("an id that stands twice")
    func duplicateID() throws {
        let line = #"{"_id": "d1", "text": "Metin."}"#
        let folder = try Folder(corpus: line + "\n\n" + line)
        #expect(try problem(of: folder) == "corpus.jsonl:3: the id 'd1' stands already on line 1")
    }

    @Test("a grade that is not a number")
    func badGrade() throws {
        let folder = try Folder(qrels: "query-id\tcorpus-id\tscore\nq1\td1\tbir\n")
        #expect(try problem(of: folder) == "test.tsv:2: the score 'bir' is not a whole number")
    }

    @Test("a document that is judged twice")
    func judgedTwice() throws {
        let folder = try Folder(qrels: "q1\td1\t1\nq1\td1\t0\n")
        #expect(try problem(of: folder) == "test.tsv:2: 'd1' is judged twice for query 'q1'")
    }

    @Test("a corpus of zero documents, and judgments without a relevant document")
    func nothing() throws {
        #expect(
            try problem(of: Folder(corpus: "\n")) == "corpus.jsonl:1: the file holds no document")
        #expect(
            try problem(of: Folder(qrels: "q1\td1\t0\n"))
                == "test.tsv:1: the file names no relevant document")
    }

    @Test("lines that are not JSON, lack fields, or have fields of the wrong type")
    func badLines() throws {
        for (line, expected) in [
            ("{", "the line is not a JSON object"),
            ("[1]", "'the line' is not a string"),
            (#"{"text": "Metin."}"#, "the document has no '_id'"),
            (#"{"_id": "d1"}"#, "the document 'd1' has no 'text'"),
            (#"{"_id": "d1", "text": 5}"#, "'text' is not a string"),
        ] {
            let found = try problem(of: Folder(corpus: line))
            #expect(found.hasSuffix(expected), "\(line) gave \(found)")
            #expect(found.hasPrefix("corpus.jsonl:1:"))
        }
        #expect(
            try problem(of: Folder(qrels: "q1 d1 1\n"))
                == "test.tsv:1: expected query-id, corpus-id and score between tabs, got 1 fields")
    }

    @Test("bytes that are not UTF-8")
    func notUTF8() throws {
        let folder = try Folder()
        try Data([0x7B, 0xC5, 0x7D]).write(to: folder.url.appendingPathComponent("corpus.jsonl"))
        #expect(try problem(of: folder) == "corpus.jsonl:1: the line is not UTF-8")
    }

    @Test("sentence pairs: scores, gzip, and what is refused")
    func pairs() throws {
        let folder = try Folder()
        let file = folder.url.appendingPathComponent("pairs.jsonl")
        let good = #"{"sentence1": "Bir kız.", "sentence2": "Bir çocuk.", "score": 3.5}"#
        try folder.write(good + "\n" + good, to: "pairs.jsonl")
        #expect(try PairData(file: file, scored: true).gold == [3.5, 3.5])
        for (line, expected) in [
            (#"{"sentence1": "a", "sentence2": "b", "score": "iki"}"#, "'score' is not a number"),
            (#"{"sentence1": "a", "sentence2": "b"}"#, "the pair has no 'score'"),
            (
                #"{"sentence1": "a", "sentence2": " ", "score": 1}"#,
                "'sentence2' is missing or empty"
            ),
        ] {
            try folder.write(good + "\n" + line, to: "pairs.jsonl")
            #expect(throws: EvaluationError.line(path: file.path, line: 2, problem: expected)) {
                try PairData(file: file, scored: true)
            }
        }
    }

    @Test("gzip files are read, and a cut gzip stream is refused")
    func gzip() throws {
        let fixture = Repository.fixtures("EvaluationTests").appendingPathComponent(
            "pairs.jsonl.gz")
        let plainName = fixture.deletingPathExtension()
        let data = try PairData(file: plainName, scored: true)
        #expect(data.first == ["Kargom nerede?", "İade nasıl yapılır?"])
        let folder = try Folder()
        let cut = folder.url.appendingPathComponent("cut.jsonl.gz")
        try Data(contentsOf: fixture).dropLast(20).write(to: cut)
        #expect(throws: EvaluationError.self) { try PairData(file: cut, scored: true) }
    }

    @Test("tasks are found by name, own folders by their form, and missing ones are named")
    func locating() throws {
        let folder = try Folder()
        let locator = TaskLocator(roots: [folder.url])
        let own = try locator.tasks(named: "my-faq", data: folder.url)
        #expect(own.map(\.declaration.kind) == [.retrieval])
        #expect(throws: EvaluationError.missingData(task: "STS17", looked: [folder.url.path])) {
            try locator.tasks(named: "STS17")
        }
        #expect(throws: EvaluationError.self) { try locator.tasks(named: "no-such-task") }
        #expect(throws: EvaluationError.self) {
            try locator.tasks(named: "own", data: folder.url.appendingPathComponent("qrels"))
        }
    }

    @Test("STS22.v2 is read from a folder of the user, under any of the names of its file")
    func sts22() throws {
        for name in ["test.jsonl", "tr.jsonl", "test/tr.jsonl"] {
            let folder = try Folder()
            try FileManager.default.createDirectory(
                at: folder.url.appendingPathComponent("test"), withIntermediateDirectories: true)
            let pair = #"{"sentence1": "Haber.", "sentence2": "Başka haber.", "score": 2.25}"#
            try folder.write(pair + "\n" + pair, to: name)
            let task = try #require(
                try TaskLocator(roots: []).tasks(named: "STS22.v2", data: folder.url).first)
            guard case .pairs(let pairs) = try task.load() else {
                Issue.record("STS22 is a task of pairs")
                return
            }
            #expect(task.declaration.kind == .semanticSimilarity && pairs.gold == [2.25, 2.25])
        }
    }

    @Test(
        "the shared evaluation sets have the sizes that their README states",
        .enabled(if: SharedData.isAvailableOrRequired, "\(SharedData.skipReason)"))
    func sharedSets() throws {
        let locator = TaskLocator(roots: [SharedData.root.appendingPathComponent("eval")])
        func data(_ name: String) throws -> TaskData {
            try #require(try locator.tasks(named: name).first).load()
        }
        guard case .retrieval(let official) = try data("TurHistQuadRetrieval"),
            case .retrieval(let contexts) = try data("TurHistQuadRetrieval-contexts"),
            case .pairs(let sts17) = try data("STS17"), case .pairs(let stsb) = try data("STSbTR"),
            case .pairs(let tatoeba) = try data("Tatoeba")
        else {
            Issue.record("a task has the wrong form")
            return
        }
        #expect(official.documents.count == 1_213 && official.queries.count == 1_024)
        #expect(official.judgments.allSatisfy { $0.count == 2 })
        #expect(contexts.documents.count == 268 && contexts.queries.count == 1_024)
        #expect(sts17.gold?.count == 250 && stsb.gold?.count == 1_379)
        #expect(tatoeba.gold == nil && tatoeba.first.count == 1_000)
    }
}
