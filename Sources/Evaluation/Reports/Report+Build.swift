import AjanCompute
import Foundation

extension Report {
    /// Puts runs side by side.
    ///
    /// - Parameters:
    ///   - runs: at least one; their names must differ.
    ///   - reference: name of the run that the ablation compares with; nil takes the first.
    /// - Throws: `EvaluationError.incomparable` for runs over different data, two runs of one name,
    ///   or an unknown reference.
    package init(_ runs: [EvaluationRun], reference: String? = nil) throws {
        guard let first = runs.first else {
            throw EvaluationError.incomparable("a report needs at least one run file")
        }
        let names = runs.map(\.system.name)
        if let twice = names.first(where: { name in names.count(where: { $0 == name }) > 1 }) {
            throw EvaluationError.incomparable(
                "two runs have the name \(quoted: twice); give one another name with `ajan eval --name`"
            )
        }
        let base = try Self.run(named: reference, among: runs) ?? first
        let tasks = Self.taskNames(of: runs)
        let columns = Self.columns(tasks, runs)
        let letters = try Self.letters(tasks, runs)
        rows = zip(runs.indices, runs).map { index, run in
            Self.row(run, columns, letters: letters.mapValues { $0[index] ?? "" })
        }
        robustness = tasks.compactMap { RobustnessTable(task: $0, runs) }
        ablation =
            runs.count > 1
            ? try AblationTable(base, runs.filter { $0.system != base.system }, tasks: tasks) : nil
        self.columns = columns
        day = (runs.map(\.date).max() ?? first.date).formatted(.iso8601.year().month().day())
        resampling = first.resampling
    }

    private static func run(
        named name: String?, among runs: [EvaluationRun]
    ) throws -> EvaluationRun? {
        guard let name else { return nil }
        guard let run = runs.first(where: { $0.system.name == name }) else {
            throw EvaluationError.incomparable(
                "no run is called \(quoted: name); there are "
                    + runs.map { "\(quoted: $0.system.name)" }.joined(separator: ", "))
        }
        return run
    }

    /// Tasks in the order of the catalogue, then those of the user.
    private static func taskNames(of runs: [EvaluationRun]) -> [String] {
        var names = TaskCatalogue.all.map(\.name).filter { name in
            runs.contains { $0.scores(of: name) != nil }
        }
        for task in runs.flatMap(\.tasks) where !names.contains(task.task) {
            names.append(task.task)
        }
        return names
    }

    private static func columns(_ tasks: [String], _ runs: [EvaluationRun]) -> [Column] {
        var columns: [Column] = []
        for name in tasks {
            guard let task = runs.lazy.compactMap({ $0.scores(of: name) }).first else { continue }
            columns.append(
                Column(
                    task: name, kind: task.kind, mainScore: task.mainScore,
                    units: task.units.count, documents: task.documents, subsets: 1,
                    isAveraged: task.isHeadline))
        }
        for (name, subsets) in SubsetMean.groups(tasks, runs) {
            columns.append(
                Column(
                    task: name, kind: subsets[0].kind, mainScore: subsets[0].mainScore,
                    units: subsets.reduce(0) { $0 + $1.units.count }, documents: 0,
                    subsets: subsets.count, isAveraged: false))
        }
        return columns
    }

    private static func row(
        _ run: EvaluationRun, _ columns: [Column], letters: [String: String]
    ) -> Row {
        let cells = columns.map { column in
            let score =
                column.subsets > 1
                ? SubsetMean.score(of: column.task, in: run, subsets: column.subsets)
                : run.scores(of: column.task)?.main
            let mark = letters[column.task] ?? ""
            return score.map { Cell(score: $0, letters: mark, isBest: mark.hasPrefix("a")) }
        }
        let averaged = zip(columns, cells).filter(\.0.isAveraged).map(\.1?.score)
        let known = averaged.compactMap { $0 }
        let isComplete = known.count == averaged.count && !known.isEmpty
        return Row(
            system: run.system, cells: cells, average: isComplete ? Score(meanOf: known) : nil)
    }
}

extension TaskScores {
    /// Whether the task counts in the average of a row: a Turkish task, and not a second judgment
    /// of queries that count already.
    fileprivate var isHeadline: Bool {
        languages.contains("tur-Latn")
            && !TaskCatalogue.all.contains { $0.name == task && $0.isVariant }
    }
}

extension Score {
    /// The mean of scores of different tasks. Their queries are independent, so half widths of the
    /// intervals add in quadrature.
    package init(meanOf scores: [Score]) {
        let count = Double(scores.count)
        let value = scores.reduce(0) { $0 + $1.value } / count
        let half = scores.reduce(0) { $0 + $1.margin * $1.margin }.squareRoot() / count
        self.init(value: value, low: value - half, high: value + half)
    }
}

/// The mean over the language pairs of a task such as STS17, which mteb files as that task's score.
enum SubsetMean {
    /// Tasks of which some run has several subsets: the name of the column, and those subsets.
    static func groups(
        _ tasks: [String], _ runs: [EvaluationRun]
    ) -> [(name: String, subsets: [TaskScores])] {
        let all = tasks.compactMap { name in runs.lazy.compactMap { $0.scores(of: name) }.first }
        return Dictionary(grouping: all.filter { $0.task.contains("/") }, by: \.mteb.task)
            .filter { $0.value.count > 1 }.sorted { $0.key < $1.key }
            .map { (name: $0.key, subsets: $0.value) }
    }

    /// The mean; nil unless the run has all `subsets`.
    static func score(of name: String, in run: EvaluationRun, subsets: Int) -> Score? {
        let scores = run.tasks.filter { $0.mteb.task == name && $0.task.contains("/") }
            .compactMap(\.main)
        return scores.count == subsets ? Score(meanOf: scores) : nil
    }
}
