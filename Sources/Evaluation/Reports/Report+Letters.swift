import AjanCompute

extension Report {
    /// For each task the letters of each run, by its place in `runs`.
    ///
    /// Every pair of systems is tested on every task that both have; Holm's correction runs over
    /// all these tests together, with as many permutations as it takes for the smallest possible
    /// p-value to survive it.
    static func letters(
        _ tasks: [String], _ runs: [EvaluationRun]
    ) throws -> [String: [Int: String]] {
        var tests: [PairTest] = []
        for task in tasks {
            let measured = runs.indices.filter { runs[$0].scores(of: task) != nil }
            for (place, first) in measured.enumerated() {
                for second in measured[(place + 1)...] {
                    guard let a = runs[first].scores(of: task),
                        let b = runs[second].scores(of: task)
                    else { continue }
                    tests.append(PairTest(task, first, second, try a.paired(with: b)))
                }
            }
        }
        let differing = try significant(tests, seed: runs[0].resampling.seed)
        return Dictionary(
            uniqueKeysWithValues: tasks.map { task in
                let order = runs.indices.filter { runs[$0].scores(of: task) != nil }
                    .sorted { value(task, runs[$0]) > value(task, runs[$1]) }
                return (task, order.count > 1 ? display(task, order, differing) : [:])
            })
    }

    /// Two systems on one task.
    private struct PairTest: Sendable {
        let key: PairKey
        let sample: PairedSample

        init(_ task: String, _ first: Int, _ second: Int, _ sample: PairedSample) {
            key = PairKey(task: task, systems: [first, second])
            self.sample = sample
        }
    }

    private struct PairKey: Hashable, Sendable {
        let task: String
        let systems: Set<Int>
    }

    private static let replicatesPerTest = 100
    private static let replicatesMax = 50_000

    private static func significant(_ tests: [PairTest], seed: UInt64) throws -> Set<PairKey> {
        guard !tests.isEmpty else { return [] }
        let replicates = min(
            max(Bootstrap.defaultReplicates, replicatesPerTest * tests.count), replicatesMax)
        let pool = ComputePool(threads: ThreadBudget.detect().threads)
        defer { pool.stop() }
        let pValues = try pool.map(count: tests.count) {
            tests[$0].sample.permutationPValue(replicates: replicates, seed: seed)
        }
        return Set(
            zip(tests, Holm.adjust(pValues)).filter { $0.1 < Holm.alpha }.map(\.0.key))
    }

    private static func display(
        _ task: String, _ order: [Int], _ differing: Set<PairKey>
    ) -> [Int: String] {
        let letters = SignificanceLetters.display(count: order.count) { first, second in
            differing.contains(PairKey(task: task, systems: [order[first], order[second]]))
        }
        return Dictionary(uniqueKeysWithValues: zip(order, letters))
    }

    private static func value(_ task: String, _ run: EvaluationRun) -> Double {
        run.scores(of: task)?.main?.value ?? 0
    }
}
