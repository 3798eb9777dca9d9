/// A number computed from a sample of units (queries or sentence pairs) in which unit i may stand
/// several times or not at all: what bootstrap, jackknife and permutation need.
package protocol ResampledStatistic: Sendable {
    /// Number of units in the sample.
    var count: Int { get }
    /// The statistic when unit i stands `weights[i]` times.
    func value(weights: [Int32]) -> Double
}

extension ResampledStatistic {
    /// The statistic of the sample as it is.
    package var value: Double {
        value(weights: [Int32](repeating: 1, count: count))
    }
}

/// The mean of one value per unit: nDCG, accuracy and every other per-query metric.
package struct MeanStatistic: ResampledStatistic {
    let values: [Double]

    package init(_ values: [Double]) {
        self.values = values
    }

    package var count: Int { values.count }

    package func value(weights: [Int32]) -> Double {
        var (sum, total) = (0.0, 0.0)
        for (value, weight) in zip(values, weights) {
            sum += value * Double(weight)
            total += Double(weight)
        }
        return sum / total
    }
}

/// Pearson's correlation between predictions and gold scores.
package struct PearsonStatistic: ResampledStatistic {
    let x: [Double]
    let y: [Double]

    package init(_ x: [Double], _ y: [Double]) {
        precondition(x.count == y.count)
        self.x = x
        self.y = y
    }

    package var count: Int { x.count }

    package func value(weights: [Int32]) -> Double {
        weightedPearson(x, y, weights)
    }
}

/// Spearman's correlation. The two orders are sorted once; a resample then only needs one pass over
/// each order to hand out the averaged ranks, O(n) instead of O(n log n).
package struct SpearmanStatistic: ResampledStatistic {
    private let x: SortedSide
    private let y: SortedSide

    package init(_ x: [Double], _ y: [Double]) {
        precondition(x.count == y.count)
        self.x = SortedSide(x)
        self.y = SortedSide(y)
    }

    package var count: Int { x.order.count }

    package func value(weights: [Int32]) -> Double {
        weightedPearson(x.ranks(weights), y.ranks(weights), weights)
    }
}

/// One side of a rank correlation, sorted once.
private struct SortedSide: Sendable {
    /// Units in ascending order of value.
    let order: [Int]
    /// Length of each run of equal values in `order`.
    let runs: [Int]

    init(_ values: [Double]) {
        let order = values.indices.sorted { values[$0] < values[$1] }
        var runs: [Int] = []
        for (position, unit) in order.enumerated() {
            if position > 0, values[order[position - 1]] == values[unit] {
                runs[runs.count - 1] += 1
            } else {
                runs.append(1)
            }
        }
        self.order = order
        self.runs = runs
    }

    /// Averaged ranks when unit i stands `weights[i]` times.
    func ranks(_ weights: [Int32]) -> [Double] {
        var ranks = [Double](repeating: 0, count: order.count)
        var (position, before) = (0, 0)
        for run in runs {
            var inRun = 0
            for offset in 0..<run { inRun += Int(weights[order[position + offset]]) }
            let rank = Double(before) + Double(inRun + 1) / 2
            for offset in 0..<run { ranks[order[position + offset]] = rank }
            before += inRun
            position += run
        }
        return ranks
    }
}

private func weightedPearson(_ x: [Double], _ y: [Double], _ weights: [Int32]) -> Double {
    var (total, sumX, sumY) = (0.0, 0.0, 0.0)
    for index in x.indices {
        let weight = Double(weights[index])
        total += weight
        sumX += weight * x[index]
        sumY += weight * y[index]
    }
    let (meanX, meanY) = (sumX / total, sumY / total)
    var (xx, yy, xy) = (0.0, 0.0, 0.0)
    for index in x.indices {
        let weight = Double(weights[index])
        let (dx, dy) = (x[index] - meanX, y[index] - meanY)
        xx += weight * dx * dx
        yy += weight * dy * dy
        xy += weight * dx * dy
    }
    return xx > 0 && yy > 0 ? xy / (xx.squareRoot() * yy.squareRoot()) : .nan
}

/// The difference of two statistics over the same units, first minus second.
package struct DifferenceStatistic<Base: ResampledStatistic>: ResampledStatistic {
    let first: Base
    let second: Base

    package init(_ first: Base, _ second: Base) {
        precondition(first.count == second.count, "a paired difference needs the same units")
        self.first = first
        self.second = second
    }

    package var count: Int { first.count }

    package func value(weights: [Int32]) -> Double {
        first.value(weights: weights) - second.value(weights: weights)
    }
}
