package import Foundation

/// A task result in the form that `mteb` files and loads (`TaskResult`).
package struct MTEBResult: Encodable {
    /// Version of mteb whose format this is.
    package static let formatVersion = "2.26.24"

    private let datasetRevision: String
    private let taskName: String
    private let mtebVersion = Self.formatVersion
    private let scores: [String: [[String: Value]]]
    private let evaluationTime: Double
    private let kilogramsOfCO2: Double? = nil

    private enum CodingKeys: String, CodingKey {
        case datasetRevision = "dataset_revision"
        case taskName = "task_name"
        case mtebVersion = "mteb_version"
        case scores
        case evaluationTime = "evaluation_time"
        case kilogramsOfCO2 = "kg_co2_emissions"
    }

    private enum Value: Encodable {
        case number(Double)
        case text(String)
        case texts([String])

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .number(let number): try container.encode(number)
            case .text(let text): try container.encode(text)
            case .texts(let texts): try container.encode(texts)
            }
        }
    }

    /// Joins the subsets of one task. The 95% intervals travel along as `<metric>_ci_low` and
    /// `<metric>_ci_high`, which mteb keeps and ignores.
    ///
    /// - Parameter results: results of one task and revision, one per subset and split.
    package init(_ results: [TaskScores]) {
        precondition(!results.isEmpty && Set(results.map(\.mteb.task)).count == 1)
        datasetRevision = results[0].mteb.revision
        taskName = results[0].mteb.task
        evaluationTime = results.reduce(0) { $0 + $1.seconds }
        scores = Dictionary(grouping: results, by: \.mteb.split).mapValues { $0.map(Self.row) }
    }

    private static func row(_ result: TaskScores) -> [String: Value] {
        var row: [String: Value] = [
            "hf_subset": .text(result.mteb.subset), "languages": .texts(result.languages),
        ]
        if let main = result.main { row["main_score"] = .number(main.value) }
        for (name, score) in result.scores {
            row[name] = .number(score.value)
            row["\(name)_ci_low"] = .number(score.low)
            row["\(name)_ci_high"] = .number(score.high)
        }
        return row
    }

    /// Writes one file per mteb task, and what mteb needs to know about the model, where mteb looks
    /// for them: `ResultCache(folder).load_results(include_remote=False)` finds the run.
    ///
    /// - Returns: the task files, in the order of the run.
    /// - Throws: `EvaluationError.file`.
    package static func write(_ run: EvaluationRun, name: String, to folder: URL) throws -> [URL] {
        let meta = MTEBModelMeta(run.system, name: name)
        let place = folder.appendingPathComponent("results/\(meta.owner)__\(name)/\(meta.revision)")
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        try ResultFile.write(
            try encoder.encode(meta), to: place.appendingPathComponent("model_meta.json"))
        var written: [URL] = []
        for result in run.tasks {
            let safe = result.mteb.task.map { $0 == "/" || $0 == "\\" ? "-" : $0 }
            let file = place.appendingPathComponent(String(safe) + ".json")
            guard !written.contains(file) else { continue }
            let group = run.tasks.filter { $0.mteb.task == result.mteb.task }
            try ResultFile.write(try encoder.encode(MTEBResult(group)), to: file)
            written.append(file)
        }
        return written
    }
}
