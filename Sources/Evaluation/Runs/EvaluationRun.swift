package import Foundation

/// A number with its 95% interval.
package struct Score: Hashable, Sendable, Codable {
    package let value: Double
    package let low: Double
    package let high: Double

    package init(value: Double, low: Double, high: Double) {
        self.value = value
        self.low = low
        self.high = high
    }

    package init(value: Double, interval: ConfidenceInterval) {
        self.value = value
        low = interval.low
        high = interval.high
    }

    /// Half of the interval's width.
    package var margin: Double { (high - low) / 2 }
}

/// What was measured: a model with its settings, a lexical baseline, or both fused.
package struct SystemDescription: Hashable, Sendable, Codable {
    package let name: String
    /// `dense`, `bm25`, `rrf` or `sum`.
    package let kind: String
    /// Numbers in the model's weight files; nil for a lexical baseline.
    package let parameters: Int?
    /// SHA-256 of the model; nil for a lexical baseline.
    package let fingerprint: String?
    /// Everything else that changes a score, as name and value: precision, long texts, prompts,
    /// terms.
    package let settings: [String: String]

    package init(
        name: String, kind: String, parameters: Int? = nil, fingerprint: String? = nil,
        settings: [String: String] = [:]
    ) {
        self.name = name
        self.kind = kind
        self.parameters = parameters
        self.fingerprint = fingerprint
        self.settings = settings
    }
}

/// The result of one task, down to the single query or pair.
package struct TaskScores: Hashable, Sendable, Codable {
    package let task: String
    package let kind: TaskKind
    package let mteb: TaskDeclaration.MTEBName
    package let languages: [String]
    /// Identifies documents, queries and judgments, or pairs: runs over other data are not
    /// compared.
    package let data: String
    package let mainScore: String
    /// Every metric with its interval, by name.
    package let scores: [String: Score]
    /// Ids of the queries, or numbers of the pairs.
    package let units: [String]
    /// Values of additive metrics for each unit, by name; for similarity tasks `prediction`,
    /// `gold`.
    package let perUnit: [String: [Double]]
    /// Documents that were ranked; 0 for pair tasks.
    package let documents: Int
    /// Seconds for this task, embedding included.
    package let seconds: Double

    /// The main score.
    package var main: Score? { scores[mainScore] }
}

/// One row of the robustness table: queries altered, documents untouched.
package struct RobustnessScores: Hashable, Sendable, Codable {
    package let task: String
    /// How the queries were altered.
    package let variant: String
    package let score: Score
    /// Altered minus clean, query by query.
    package let difference: PairedComparison
}

/// Everything that one `ajan eval` measured: the content of a run file.
package struct EvaluationRun: Hashable, Sendable, Codable {
    /// Version of this format.
    package let formatVersion: Int
    package let date: Date
    package let system: SystemDescription
    package let tasks: [TaskScores]
    package let robustness: [RobustnessScores]
    /// Texts that went through the model; nil for a lexical baseline.
    package let embedding: EmbeddingStore.Statistics?
    /// How the intervals were made.
    package let resampling: Resampling

    /// Bootstrap settings, the same for every interval of a run.
    package struct Resampling: Hashable, Sendable, Codable {
        /// Resamples that a run may have.
        package static let replicatesRange = 100...1_000_000

        package var replicates = Bootstrap.defaultReplicates
        package var seed = Bootstrap.defaultSeed
        package var interval = ConfidenceInterval.Method.biasCorrectedAccelerated

        package init() {}
    }

    package static let currentFormatVersion = 1

    package init(
        system: SystemDescription, tasks: [TaskScores], robustness: [RobustnessScores],
        embedding: EmbeddingStore.Statistics? = nil, resampling: Resampling, date: Date = Date()
    ) {
        formatVersion = Self.currentFormatVersion
        self.date = date
        self.system = system
        self.tasks = tasks
        self.robustness = robustness
        self.embedding = embedding
        self.resampling = resampling
    }

    /// This run with the tasks that only `before` has; nil when that is one of another system, or
    /// made with other intervals.
    func merged(with before: EvaluationRun) -> EvaluationRun? {
        guard before.system == system, before.resampling == resampling else { return nil }
        let kept = before.tasks.filter { scores(of: $0.task) == nil }
        let keptRobustness = before.robustness.filter { row in
            kept.contains { $0.task == row.task } || robustness.isEmpty
        }
        return EvaluationRun(
            system: system, tasks: kept + tasks, robustness: keptRobustness + robustness,
            embedding: embedding, resampling: resampling, date: date)
    }

    func renamed(_ name: String) -> EvaluationRun {
        EvaluationRun(
            system: SystemDescription(
                name: name, kind: system.kind, parameters: system.parameters,
                fingerprint: system.fingerprint, settings: system.settings), tasks: tasks,
            robustness: robustness, embedding: embedding, resampling: resampling, date: date)
    }

    /// The result of the task `name`.
    package func scores(of name: String) -> TaskScores? {
        tasks.first { $0.task == name }
    }
}
