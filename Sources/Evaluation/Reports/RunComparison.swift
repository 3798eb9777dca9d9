import AjanCompute

/// Two runs on the same queries and pairs, task by task.
package struct RunComparison: Hashable, Sendable, Encodable {
    package let first: SystemDescription
    package let second: SystemDescription
    package let tasks: [TaskComparison]
    /// Tasks that only one of the two runs has.
    package let leftOut: [String]

    /// One task of two runs. Differences are first minus second.
    package struct TaskComparison: Hashable, Sendable, Encodable {
        package let task: String
        package let mainScore: String
        package let first: Score
        package let second: Score
        package let difference: PairedComparison
        /// The permutation test's p-value after Holm's correction over the tasks of the table.
        package let adjustedPValue: Double
        package let power: PowerNote

        /// Whether the table as a whole tells the two apart here, at 5%.
        package var isSignificant: Bool { adjustedPValue < Holm.alpha }
    }

    /// Compares all tasks that both runs have.
    ///
    /// - Throws: `EvaluationError.incomparable` when they share no task, or when a task of the same
    ///   name was read from other data.
    package init(_ first: EvaluationRun, _ second: EvaluationRun) throws {
        let shared = try first.tasks.compactMap { task in
            try second.scores(of: task.task).map { other in
                (task, other, try task.paired(with: other))
            }
        }
        guard !shared.isEmpty else {
            throw EvaluationError.incomparable(
                "\(quoted: first.system.name) and \(quoted: second.system.name) share no task; "
                    + "run `ajan eval` for both with the same --task")
        }
        let settings = first.resampling
        let differences = shared.map { _, _, sample in
            sample.comparison(replicates: settings.replicates, seed: settings.seed)
        }
        let adjusted = Holm.adjust(differences.map(\.pValue))
        tasks = zip(shared, zip(differences, adjusted)).compactMap { pair, result in
            guard let a = pair.0.main, let b = pair.1.main else { return nil }
            return TaskComparison(
                task: pair.0.task, mainScore: pair.0.mainScore, first: a, second: b,
                difference: result.0, adjustedPValue: result.1, power: PowerNote(result.0))
        }
        let names = Set(shared.map(\.0.task))
        leftOut = (first.tasks + second.tasks).map(\.task).filter { !names.contains($0) }
        self.first = first.system
        self.second = second.system
    }
}

extension TaskScores {
    /// What this and `other` made of each query or pair.
    ///
    /// - Throws: `EvaluationError.incomparable` when they were not asked the same.
    package func paired(with other: TaskScores) throws -> PairedSample {
        guard data == other.data, units == other.units, mainScore == other.mainScore else {
            throw EvaluationError.incomparable(
                "\(quoted: task) was read from other data in one of the two runs (\(data) and "
                    + "\(other.data)); run `ajan eval` again on one folder")
        }
        if kind == .semanticSimilarity,
            let first = perUnit["prediction"], let second = other.perUnit["prediction"],
            let gold = perUnit["gold"]
        {
            return .spearman(first, second, gold: gold)
        }
        guard let first = perUnit[mainScore], let second = other.perUnit[mainScore] else {
            throw EvaluationError.incomparable(
                "a run file lacks \(quoted: mainScore) for each unit of \(quoted: task); "
                    + "run `ajan eval` again")
        }
        return .means(first, second)
    }
}
