/// A confidence interval and how it was made.
package struct ConfidenceInterval: Hashable, Sendable, Codable {
    package let low: Double
    package let high: Double
    /// Nominal coverage, for example 0.95.
    package let level: Double
    package let method: Method

    package enum Method: String, Hashable, Sendable, Codable {
        case percentile
        case biasCorrectedAccelerated = "bca"
    }

    package func contains(_ value: Double) -> Bool {
        low <= value && value <= high
    }
}

/// The bootstrap of Efron (1979): units are drawn with replacement, as many as there are, and the
/// statistic is computed anew. The unit is the query of a retrieval task or the pair of an STS
/// task.
package struct Bootstrap: Sendable {
    /// Statistic of each resample, ascending; resamples in which it is undefined are left out.
    package let replicates: [Double]
    /// The statistic of the sample itself.
    package let estimate: Double
    private let acceleration: Double

    /// Default number of resamples.
    package static let defaultReplicates = 5_000
    /// Default seed.
    package static let defaultSeed: UInt64 = 20_261_124

    /// Draws `count` resamples. Cost: O(replicates * units), plus O(units^2) for the jackknife.
    package init(
        _ statistic: some ResampledStatistic, replicates count: Int = defaultReplicates,
        seed: UInt64 = defaultSeed
    ) {
        precondition(count > 0 && statistic.count > 0, "a bootstrap needs units and replicates")
        var generator = SeededGenerator(seed: seed)
        let units = statistic.count
        var weights = [Int32](repeating: 0, count: units)
        var values: [Double] = []
        values.reserveCapacity(count)
        for _ in 0..<count {
            for unit in 0..<units { weights[unit] = 0 }
            for _ in 0..<units { weights[generator.index(below: units)] += 1 }
            let value = statistic.value(weights: weights)
            if !value.isNaN { values.append(value) }
        }
        replicates = values.sorted()
        estimate = statistic.value
        acceleration = Self.acceleration(of: statistic)
    }

    /// The interval that leaves out equal shares of the replicates at both ends.
    package func percentile(level: Double = 0.95) -> ConfidenceInterval {
        let tail = (1 - level) / 2
        return ConfidenceInterval(
            low: quantile(tail), high: quantile(1 - tail), level: level, method: .percentile)
    }

    /// Efron's bias-corrected and accelerated interval (1987). Falls back to the percentile
    /// interval when every replicate lies on one side of the estimate, where it is not defined.
    package func biasCorrectedAccelerated(level: Double = 0.95) -> ConfidenceInterval {
        let below = replicates.count { $0 < estimate }
        let equal = replicates.count { $0 == estimate }
        let share = (Double(below) + Double(equal) / 2) / Double(max(1, replicates.count))
        guard share > 0, share < 1, acceleration.isFinite else { return percentile(level: level) }
        let bias = NormalDistribution.quantile(share)
        func adjusted(_ probability: Double) -> Double {
            let shifted = bias + NormalDistribution.quantile(probability)
            return NormalDistribution.cumulative(bias + shifted / (1 - acceleration * shifted))
        }
        let tail = (1 - level) / 2
        return ConfidenceInterval(
            low: quantile(adjusted(tail)), high: quantile(adjusted(1 - tail)), level: level,
            method: .biasCorrectedAccelerated)
    }

    /// Standard deviation of the replicates: the standard error of the statistic.
    package var standardError: Double {
        guard replicates.count > 1 else { return 0 }
        let mean = Correlation.mean(replicates)
        let squares = replicates.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        return (squares / Double(replicates.count - 1)).squareRoot()
    }

    /// Two-sided p-value of "the statistic is zero": twice the smaller share of resamples at or
    /// beyond zero, the sample itself counted among them, 1 at most.
    package var pValueOfZero: Double {
        let atMost = replicates.count { $0 <= 0 }
        let atLeast = replicates.count { $0 >= 0 }
        return min(1, 2 * Double(min(atMost, atLeast) + 1) / Double(replicates.count + 1))
    }

    /// Quantile with linear interpolation between order statistics (type 7, numpy's default).
    private func quantile(_ probability: Double) -> Double {
        guard let last = replicates.indices.last, !probability.isNaN else { return .nan }
        let position = min(max(probability, 0), 1) * Double(last)
        let lower = Int(position)
        let upper = min(lower + 1, last)
        let fraction = position - Double(lower)
        return replicates[lower] + (replicates[upper] - replicates[lower]) * fraction
    }

    /// Skewness of the jackknife, a = sum d^3 / (6 (sum d^2)^1.5) with d = mean - value without i.
    private static func acceleration(of statistic: some ResampledStatistic) -> Double {
        var weights = [Int32](repeating: 1, count: statistic.count)
        let values = weights.indices.map { unit in
            weights[unit] = 0
            defer { weights[unit] = 1 }
            return statistic.value(weights: weights)
        }
        let mean = Correlation.mean(values)
        var (squares, cubes) = (0.0, 0.0)
        for value in values {
            let difference = mean - value
            squares += difference * difference
            cubes += difference * difference * difference
        }
        // A sample of one unit, or of equal units, has no skewness to correct.
        guard squares > 0 else { return 0 }
        return cubes / (6 * squares * squares.squareRoot())
    }
}
