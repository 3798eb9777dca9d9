/// What two systems made of the same queries or sentence pairs.
package enum PairedSample: Hashable, Sendable {
    /// A value per unit and system, whose mean is the score: nDCG, F1, accuracy.
    case means([Double], [Double])
    /// A prediction per pair and system, whose rank correlation with `gold` is the score.
    case spearman([Double], [Double], gold: [Double])

    /// Number of units.
    package var count: Int {
        switch self {
        case .means(let first, _), .spearman(let first, _, _): first.count
        }
    }

    /// Difference, interval and tests.
    package func comparison(
        replicates: Int = Bootstrap.defaultReplicates, seed: UInt64 = Bootstrap.defaultSeed
    ) -> PairedComparison {
        let pValue = permutationPValue(replicates: replicates, seed: seed)
        switch self {
        case .means(let first, let second):
            let statistic = MeanStatistic(zip(first, second).map { $0 - $1 })
            return PairedComparison(
                Bootstrap(statistic, replicates: replicates, seed: seed), units: count,
                pValue: pValue)
        case .spearman(let first, let second, let gold):
            let statistic = DifferenceStatistic(
                SpearmanStatistic(first, gold), SpearmanStatistic(second, gold))
            return PairedComparison(
                Bootstrap(statistic, replicates: replicates, seed: seed), units: count,
                pValue: pValue)
        }
    }

    /// Two-sided p-value of the paired permutation test (Fisher's randomisation test), which asks
    /// how often a difference this large comes about when it is a coin's choice which system gave
    /// which of the two values of a unit. For correlations, predictions are swapped as ranks, so
    /// that the two systems' scales agree.
    package func permutationPValue(replicates: Int, seed: UInt64) -> Double {
        // A second stream, so that the test does not reuse the draws of the bootstrap.
        var generator = SeededGenerator(seed: seed ^ 0x5DEE_CE66_D123_4567)
        switch self {
        case .means(let first, let second):
            let differences = zip(first, second).map { $0 - $1 }
            let observed = differences.reduce(0, +)
            return Self.shareAsFar(replicates, observed / Double(count)) {
                generator.signedSum(differences) / Double(count)
            }
        case .spearman(let first, let second, let gold):
            let swap = RankSwap(first, second, gold: gold)
            return Self.shareAsFar(replicates, swap.observed) {
                swap.difference(swapping: &generator)
            }
        }
    }

    /// Share of permutations at least as far from zero as what was observed, the observed one
    /// counted among them, so that a p-value is never 0 (Phipson and Smyth 2010).
    private static func shareAsFar(
        _ replicates: Int, _ observed: Double, _ draw: () -> Double
    ) -> Double {
        let threshold = abs(observed) - 1e-12
        var asFar = 1
        for _ in 0..<replicates where abs(draw()) >= threshold { asFar += 1 }
        return Double(asFar) / Double(replicates + 1)
    }
}

/// Two lists of predictions as ranks, which may change sides pair by pair.
private struct RankSwap {
    private let first: [Double]
    private let second: [Double]
    private let gold: [Double]

    init(_ first: [Double], _ second: [Double], gold: [Double]) {
        self.first = Correlation.averageRanks(first)
        self.second = Correlation.averageRanks(second)
        self.gold = Correlation.averageRanks(gold)
    }

    var observed: Double {
        Correlation.pearson(first, gold) - Correlation.pearson(second, gold)
    }

    /// The difference after a coin was thrown for each pair.
    func difference(swapping generator: inout SeededGenerator) -> Double {
        var (a, b) = (first, second)
        var coins = CoinTosses()
        for unit in a.indices where coins.next(&generator) { swap(&a[unit], &b[unit]) }
        return Correlation.pearson(a, gold) - Correlation.pearson(b, gold)
    }
}
