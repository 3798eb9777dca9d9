extension RobustnessTable {
    /// The table of `task`; nil when no run asked it in altered forms.
    init?(task: String, _ runs: [EvaluationRun]) {
        let measured = runs.filter { run in run.robustness.contains { $0.task == task } }
        let found = Set(measured.flatMap(\.robustness).map(\.variant))
        let variants =
            RobustnessVariant.all.map(\.name).filter(found.contains)
            + found.subtracting(RobustnessVariant.all.map(\.name)).sorted()
        guard let scores = measured.first?.scores(of: task) else { return nil }
        let results = measured.map { run in
            variants.map { variant in
                run.robustness.first { $0.task == task && $0.variant == variant }
            }
        }
        let adjusted = Holm.adjust(
            results.flatMap { $0 }.compactMap { $0?.difference.pValue })
        var next = adjusted.makeIterator()
        rows = zip(measured, results).compactMap { run, results in
            let cells = results.map { result in
                result.flatMap { result in
                    next.next().map {
                        Cell(
                            score: result.score, difference: result.difference,
                            isSignificant: $0 < Holm.alpha)
                    }
                }
            }
            return run.scores(of: task)?.main.map {
                Row(system: run.system, clean: $0, cells: cells)
            }
        }
        self.task = task
        self.mainScore = scores.mainScore
        self.variants = variants
    }
}

extension AblationTable {
    /// The table of `others` against `base`, over the tasks that `base` has.
    ///
    /// - Throws: `EvaluationError.incomparable` for runs over different data.
    init(_ base: EvaluationRun, _ others: [EvaluationRun], tasks: [String]) throws {
        let tasks = tasks.filter { base.scores(of: $0) != nil }
        let settings = base.resampling
        let differences = try others.map { run in
            try tasks.map { task -> PairedComparison? in
                guard let own = base.scores(of: task), let other = run.scores(of: task) else {
                    return nil
                }
                return try other.paired(with: own).comparison(
                    replicates: settings.replicates, seed: settings.seed)
            }
        }
        let adjusted = Holm.adjust(differences.flatMap { $0 }.compactMap { $0?.pValue })
        var next = adjusted.makeIterator()
        rows = zip(others, differences).map { run, row in
            let cells = row.map { difference in
                difference.flatMap { difference in
                    next.next().map {
                        Cell(
                            difference: difference, adjustedPValue: $0,
                            isSignificant: $0 < Holm.alpha)
                    }
                }
            }
            return Row(system: run.system, cells: cells)
        }
        reference = base.system
        self.tasks = tasks
    }
}
