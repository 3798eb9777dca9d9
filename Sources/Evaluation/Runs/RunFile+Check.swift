import Foundation

/// What a run file may say. Run files are passed on between people, and what they hold is
/// resampled, added up and drawn without a second look.
extension EvaluationRun {
    private static let tasksMax = 1_000
    private static let robustnessMax = 10_000
    /// The years 1970 to 9999, which a report can write.
    private static let seconds = 0..<253_402_300_800.0

    /// What no `ajan eval` can have written; nil when there is no such thing.
    var damage: String? {
        guard Resampling.replicatesRange.contains(resampling.replicates) else {
            return "its intervals have \(resampling.replicates) resamples"
        }
        guard Self.seconds.contains(date.timeIntervalSince1970) else { return "its date cannot be" }
        guard tasks.count <= Self.tasksMax, robustness.count <= Self.robustnessMax else {
            return "it has too many tasks"
        }
        guard names.allSatisfy(\.isName) else { return "one of its names is too long" }
        guard system.parameters ?? 0 >= 0, embedding?.isPossible ?? true else {
            return "one of its counts is negative"
        }
        return tasks.lazy.compactMap(\.damage).first
            ?? (robustness.allSatisfy(\.isPossible) ? nil : "a difference is no number that can be")
    }

    private var names: [String] {
        var names = [system.name, system.kind, system.fingerprint ?? ""]
        for (name, value) in system.settings { names += [name, value] }
        for task in tasks {
            names += [task.task, task.data, task.mainScore, task.mteb.task, task.mteb.subset]
            names += [task.mteb.split, task.mteb.revision]
            names += task.languages + task.scores.keys + task.perUnit.keys
        }
        for row in robustness { names += [row.task, row.variant] }
        return names
    }
}

extension TaskScores {
    fileprivate var damage: String? {
        guard main != nil, !units.isEmpty,
            perUnit.values.allSatisfy({ $0.count == units.count })
        else { return "lists of a task differ in length" }
        guard documents >= 0, seconds.isSeconds else { return "one of its counts is negative" }
        guard scores.values.allSatisfy(\.isPossible) else {
            return "a score is no number that can be"
        }
        guard perUnit.values.allSatisfy({ $0.allSatisfy { abs($0) <= Double.valueMax } }) else {
            return "a value of a query or pair is no number that can be"
        }
        guard kind == .semanticSimilarity else { return nil }
        // Equal numbers have no correlation.
        let lists = ["prediction", "gold"].compactMap { perUnit[$0] }
        let areDifferent = lists.allSatisfy { list in list.contains { $0 != list[0] } }
        return areDifferent ? nil : "all pairs of a task are equal"
    }
}

extension RobustnessScores {
    fileprivate var isPossible: Bool { score.isPossible && difference.isPossible }
}

extension PairedComparison {
    fileprivate var isPossible: Bool {
        [difference, interval.low, interval.high, standardError].allSatisfy(\.isScore)
            && standardError >= 0 && units > 0 && interval.level > 0 && interval.level < 1
            && [pValue, bootstrapPValue].allSatisfy { (0...1).contains($0) }
    }
}

extension Score {
    fileprivate var isPossible: Bool { [value, low, high].allSatisfy(\.isScore) }
}

extension EmbeddingStore.Statistics {
    fileprivate var isPossible: Bool {
        [texts, computed, truncated, windowed, tokens].allSatisfy { $0 >= 0 } && seconds.isSeconds
    }
}

extension Double {
    /// Gold scores and the like: their squares can still be added up.
    fileprivate static let valueMax = 1e12

    // Comparisons with what is no number are false.
    fileprivate var isScore: Bool { abs(self) <= 1e6 }
    fileprivate var isSeconds: Bool { self >= 0 && self <= Self.valueMax }
}

extension String {
    fileprivate var isName: Bool { utf8.count <= 2_000 }
}
