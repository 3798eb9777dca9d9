import AjanEmbed
import AjanEvaluation
import Foundation
import TestSupport
import Testing

@Suite("A run from data folder to run file")
struct SuiteTests {
    private let locator = TaskLocator(roots: [Repository.root.appendingPathComponent("Samples")])

    private func run(_ plan: SystemPlan, robustness: Bool = false) throws -> EvaluationRun {
        let session = EvaluationSession(
            plan: plan, taskNames: ["sss-tr"], data: nil, robustness: robustness, name: nil)
        let store = EmbeddingStore(LetterEmbedder(), folder: nil)
        return try EvaluationSuite(plan: plan, store: plan.kind.needsModel ? store : nil).run(
            session.locate(locator),
            system: SystemDescription(name: "test", kind: plan.kind.rawValue),
            robustness: robustness)
    }

    @Test("sss-tr is what its README says, and no question or passage stands twice")
    func sample() throws {
        guard case .retrieval(let data) = try locator.tasks(named: "sss-tr")[0].load() else {
            Issue.record("sss-tr is a retrieval task")
            return
        }
        #expect(data.documents.count >= 150 && data.queries.count >= 300)
        #expect(Set(data.documents.map(\.text)).count == data.documents.count)
        #expect(Set(data.queries.map(\.text)).count == data.queries.count)
        let answered = Set(data.judgments.flatMap(\.keys))
        #expect(answered.count == data.documents.count, "every passage answers something")
        #expect(data.judgments.allSatisfy { $0.values.count { $0 == 2 } == 1 })
    }

    @Test("BM25 on sss-tr: the first five letters beat whole words, significantly")
    func lexical() throws {
        let words = try run(SystemPlan(kind: .bm25, terms: .words)).tasks[0]
        let five = try run(SystemPlan(kind: .bm25, terms: .firstFive)).tasks[0]
        let (a, b) = (try #require(words.main), try #require(five.main))
        #expect((0.4...0.6).contains(a.value) && (0.6...0.75).contains(b.value))
        #expect(a.low < a.value && a.value < a.high)
        let comparison = PairedSample.means(
            try #require(five.perUnit["ndcg_at_10"]), try #require(words.perUnit["ndcg_at_10"])
        ).comparison()
        #expect(comparison.interval.low > 0 && comparison.pValue < 0.01)
    }

    @Test("every retrieval system runs, and per-query values average to the score")
    func systems() throws {
        for kind in SystemPlan.Kind.allCases {
            let scores = try run(SystemPlan(kind: kind)).tasks[0]
            for (name, values) in scores.perUnit {
                let mean = values.reduce(0, +) / Double(values.count)
                #expect(abs(mean - (try #require(scores.scores[name])).value) < 1e-12)
            }
            #expect(scores.documents == 156 && scores.units.count == 312)
        }
    }

    @Test("robustness asks every altered form once, and case alone costs a folded index nothing")
    func robustness() throws {
        let lexical = try run(SystemPlan(kind: .bm25, terms: .words), robustness: true).robustness
        #expect(lexical.count == RobustnessVariant.all.count - 1, "words have no prefix")
        let capitals = try #require(lexical.first { $0.variant == "english-upper-case" })
        #expect(capitals.difference.difference == 0)
        let swapped = try #require(lexical.first { $0.variant == "swapped-letters" })
        #expect(swapped.difference.interval.high < 0)
        let dense = try run(SystemPlan(), robustness: true).robustness
        #expect(dense.map(\.variant) == RobustnessVariant.all.map(\.name))
        #expect(
            dense.map(\.score.value)
                == (try run(SystemPlan(), robustness: true)).robustness.map(\.score.value))
    }

    @Test("results for mteb lie where mteb looks, and name every field that it wants")
    func mteb() throws {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("mteb-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let run = try run(SystemPlan(kind: .bm25))
        let files = try MTEBResult.write(run, name: "bm25", to: folder)
        #expect(files.map(\.lastPathComponent) == ["SssTrRetrieval.json"])
        let place = folder.appendingPathComponent("results/ajan__bm25/1")
        let meta = try String(
            contentsOf: place.appendingPathComponent("model_meta.json"), encoding: .utf8)
        #expect(meta.contains("\"training_datasets\" : null"))
        let result = try JSONSerialization.jsonObject(with: Data(contentsOf: files[0]))
        let object = try #require(result as? [String: Any])
        let scores = try #require(object["scores"] as? [String: [[String: Any]]])
        let row = try #require(scores["test"]?.first)
        let main = try #require(run.tasks[0].main)
        for (name, value) in [("main_score", main.value), ("ndcg_at_10_ci_low", main.low)] {
            #expect(abs(try #require(row[name] as? Double) - value) < 1e-12)
        }
        #expect(object["task_name"] as? String == "SssTrRetrieval")
    }

    @Test("a run file comes back as it was written, and damage is refused")
    func runFile() throws {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("run-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let run = try run(SystemPlan(kind: .bm25))
        let file = folder.appendingPathComponent("run.json")
        try run.write(to: file)
        let back = try EvaluationRun(contentsOf: file)
        #expect(back.tasks == run.tasks && back.system == run.system)

        let text = try String(contentsOf: file, encoding: .utf8)
        for (broken, problem) in [
            ("{}", "not a run file"),
            (
                text.replacingOccurrences(of: "\"formatVersion\":1", with: "\"formatVersion\":9"),
                "format 9"
            ),
            (
                text.replacingOccurrences(of: "\"units\":[\"q001\",", with: "\"units\":["),
                "differ in length"
            ),
            (
                text.replacingOccurrences(of: "\"kind\":\"retrieval\"", with: "\"kind\":\"?\""),
                "damaged"
            ),
        ] {
            try Data(broken.utf8).write(to: file)
            let error = try #require(throws: EvaluationError.self) {
                try EvaluationRun(contentsOf: file)
            }
            #expect(error.description.contains(problem))
        }
        #expect(throws: EvaluationError.self) {
            try EvaluationRun(contentsOf: folder.appendingPathComponent("missing.json"))
        }
    }

    @Test("pair tasks: a perfect model has correlation 1, a constant one is refused")
    func pairs() throws {
        let sentences = ["a", "ab", "abc", "abcd", "abcdd"]
        let embedder = LetterEmbedder()
        let store = EmbeddingStore(embedder, folder: nil)
        let data = PairData(
            first: sentences, second: sentences.map { _ in "abcd" }, gold: [1, 2, 3, 5, 4])
        let task = try #require(TaskCatalogue.tasks(named: "STSbTR").first)
        let scores = try TaskEvaluator().pairs(
            task, data, store: store, role: .query, longText: .window)
        #expect(try #require(scores.main).value > 0.85)
        #expect(scores.perUnit["gold"] == [1, 2, 3, 5, 4])
        let constant = PairData(first: ["a", "a"], second: ["b", "b"], gold: [1, 2])
        #expect(throws: EvaluationError.self) {
            try TaskEvaluator().pairs(
                task, constant, store: store, role: .query, longText: .window)
        }
    }

    @Test("bitext: every row finds its translation when both sides are equal")
    func bitext() throws {
        let rows = ["a", "bb", "ccc", "dddd"]
        let task = try #require(TaskCatalogue.tasks(named: "Tatoeba").first)
        let scores = try TaskEvaluator().pairs(
            task, PairData(first: rows, second: rows, gold: nil),
            store: EmbeddingStore(LetterEmbedder(), folder: nil), role: .query, longText: .window)
        #expect(scores.main?.value == 1 && scores.scores["accuracy"]?.value == 1)
    }
}
