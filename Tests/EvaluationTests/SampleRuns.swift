import AjanEmbed
import AjanEvaluation
import Foundation
import TestSupport

/// Runs that tests of reports share: word baselines on Samples/sss-tr, and a tiny model on pairs.
enum SampleRuns {
    static let locator = TaskLocator(roots: [Repository.root.appendingPathComponent("Samples")])

    /// The three word baselines on sss-tr, altered queries included.
    static func wordBaselines() throws -> [EvaluationRun] {
        try LexicalTerms.allCases.map { try lexical($0) }
    }

    static func lexical(_ terms: LexicalTerms, name: String? = nil) throws -> EvaluationRun {
        let plan = SystemPlan(kind: .bm25, terms: terms)
        let system = SystemDescription(
            name: name ?? "bm25-\(terms.rawValue)", kind: "bm25", settings: plan.settings)
        let run = try EvaluationSuite(plan: plan, store: nil, resampling: resampling)
            .run(try locator.tasks(named: "sss-tr"), system: system, robustness: true)
        return dated(run.system, run.tasks, run.robustness.filter { variants.contains($0.variant) })
    }

    /// A few ways of typing, so that another kind of noise does not change what tests compare.
    private static let variants = ["ascii-letters", "english-upper-case", "swapped-letters"]

    /// A model on two language pairs of STS17, whose predictions `noise` spoils.
    static func pairs(_ name: String, noise: String) throws -> EvaluationRun {
        let store = EmbeddingStore(LetterEmbedder(), folder: nil)
        let words = (1...40).map { number in
            (0..<number % 7 + 1).map { "kelime\(number * 31 % 17 + $0)" }.joined(separator: " ")
        }
        let data = PairData(
            first: words, second: words.map { "\($0.dropLast(2)) \(noise)" },
            gold: words.indices.map { Double($0 * 7 % 11) / 2 })
        let tasks = try ["STS17/en-tr", "STS17/en-de"].map { name in
            try TaskEvaluator(resampling: resampling).pairs(
                TaskCatalogue.tasks(named: name)[0], data, store: store, role: .query,
                longText: .window)
        }
        let system = SystemDescription(
            name: name, kind: "dense", parameters: 117_653_760, fingerprint: "0123456789abcdef",
            settings: ["longText": "window", "precision": "int8"])
        return dated(system, tasks, [])
    }

    private static func dated(
        _ system: SystemDescription, _ tasks: [TaskScores], _ robustness: [RobustnessScores]
    ) -> EvaluationRun {
        EvaluationRun(
            system: system, tasks: tasks, robustness: robustness, resampling: resampling,
            date: Date(timeIntervalSince1970: 1_795_564_800))
    }

    /// Few resamples: the tests look at forms, not at the last digit of an interval.
    private static var resampling: EvaluationRun.Resampling {
        var settings = EvaluationRun.Resampling()
        settings.replicates = 500
        return settings
    }
}

/// Text that must stay as it is. A missing file is written, and the test fails once.
enum Snapshot {
    /// What is stored under `name`; `text` itself when it had to be written now.
    static func stored(_ name: String, now text: String) throws -> (text: String, isNew: Bool) {
        let file = Repository.fixtures("EvaluationTests").appendingPathComponent(name)
        guard FileManager.default.fileExists(atPath: file.path) else {
            try Data(text.utf8).write(to: file)
            return (text, true)
        }
        return (try String(contentsOf: file, encoding: .utf8), false)
    }
}
