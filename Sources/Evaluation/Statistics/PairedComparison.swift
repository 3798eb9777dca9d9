/// The result of asking whether two systems, measured on the same units, differ.
package struct PairedComparison: Hashable, Sendable, Codable {
    /// First minus second.
    package let difference: Double
    /// 95% BCa interval of the difference, from the paired bootstrap.
    package let interval: ConfidenceInterval
    /// Two-sided p-value of the paired permutation test.
    package let pValue: Double
    /// Standard error of the difference, from the paired bootstrap.
    package let standardError: Double
    /// Number of paired units.
    package let units: Int

    /// Paired comparison of two means over the same units (queries, bitext rows). The permutation
    /// test flips the sign of each unit's difference (Fisher's randomisation test).
    package static func means(
        _ first: [Double], _ second: [Double],
        replicates: Int = Bootstrap.defaultReplicates, seed: UInt64 = Bootstrap.defaultSeed
    ) -> PairedComparison {
        precondition(first.count == second.count, "a paired test needs the same units")
        let differences = zip(first, second).map { $0 - $1 }
        let observed = Correlation.mean(differences)
        let pValue = permutationTest(replicates: replicates, seed: seed, observed: observed) {
            generator in
            var sum = 0.0
            for difference in differences { sum += generator.coin() ? difference : -difference }
            return sum / Double(differences.count)
        }
        let bootstrap = Bootstrap(
            MeanStatistic(differences), replicates: replicates, seed: seed)
        return PairedComparison(bootstrap, units: differences.count, pValue: pValue)
    }

    /// Paired comparison of two Spearman correlations with the same gold scores. The permutation test
    /// swaps the two systems' predictions pair by pair, after each system's predictions have been
    /// replaced by their ranks, so that their scales agree.
    package static func spearman(
        _ first: [Double], _ second: [Double], gold: [Double],
        replicates: Int = Bootstrap.defaultReplicates, seed: UInt64 = Bootstrap.defaultSeed
    ) -> PairedComparison {
        precondition(first.count == second.count && first.count == gold.count)
        let goldRanks = Correlation.averageRanks(gold)
        let ranksA = Correlation.averageRanks(first)
        let ranksB = Correlation.averageRanks(second)
        let observed = Correlation.spearman(first, gold) - Correlation.spearman(second, gold)
        let pValue = permutationTest(replicates: replicates, seed: seed, observed: observed) {
            generator in
            var (a, b) = (ranksA, ranksB)
            for unit in a.indices where generator.coin() { swap(&a[unit], &b[unit]) }
            return Correlation.pearson(a, goldRanks) - Correlation.pearson(b, goldRanks)
        }
        let statistic = DifferenceStatistic(
            SpearmanStatistic(first, gold), SpearmanStatistic(second, gold))
        let bootstrap = Bootstrap(statistic, replicates: replicates, seed: seed)
        return PairedComparison(bootstrap, units: gold.count, pValue: pValue)
    }

    private init(_ bootstrap: Bootstrap, units: Int, pValue: Double) {
        difference = bootstrap.estimate
        interval = bootstrap.biasCorrectedAccelerated()
        standardError = bootstrap.standardError
        self.pValue = pValue
        self.units = units
    }

    /// Share of permutations at least as far from zero as what was observed, the observed one
    /// counted among them, so that a p-value is never 0 (Phipson and Smyth 2010).
    private static func permutationTest(
        replicates: Int, seed: UInt64, observed: Double,
        _ draw: (inout SeededGenerator) -> Double
    ) -> Double {
        // A second stream, so that the test does not reuse the draws of the bootstrap.
        var generator = SeededGenerator(seed: seed ^ 0x5DEE_CE66_D123_4567)
        let threshold = abs(observed) - 1e-12
        var asFar = 1
        for _ in 0..<replicates where abs(draw(&generator)) >= threshold { asFar += 1 }
        return Double(asFar) / Double(replicates + 1)
    }
}

/// Holm's step-down correction (1979) of the p-values of one table.
package enum Holm {
    /// Adjusted p-values in the order of `pValues`; rejecting those below alpha keeps the chance of
    /// one or more false discoveries in the table below alpha, whatever their dependence.
    package static func adjust(_ pValues: [Double]) -> [Double] {
        let order = pValues.indices.sorted { pValues[$0] < pValues[$1] }
        var adjusted = pValues
        var running = 0.0
        for (position, index) in order.enumerated() {
            running = max(running, pValues[index] * Double(pValues.count - position))
            adjusted[index] = min(1, running)
        }
        return adjusted
    }
}
