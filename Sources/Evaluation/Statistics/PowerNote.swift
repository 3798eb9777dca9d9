import Foundation

/// How small a difference a test set of this size can show, in plain numbers.
package struct PowerNote: Hashable, Sendable, Codable {
    /// Units (queries or pairs) that were compared.
    package let units: Int
    /// The smallest true difference that a test at 5% finds four times out of five.
    package let detectableDifference: Double
    /// Units that would be needed to find the observed difference four times out of five, to two
    /// digits; nil when no difference was observed.
    package let unitsNeeded: Int?
    /// True when the interval of the difference excludes zero.
    package let separates: Bool

    /// Quantiles of the normal for a two-sided test at 5% with power 80%.
    private static let sumOfQuantiles =
        NormalDistribution.quantile(0.975) + NormalDistribution.quantile(0.8)

    /// From the standard error of a paired difference, which falls with the square root of units.
    package init(_ comparison: PairedComparison) {
        units = comparison.units
        detectableDifference = Self.sumOfQuantiles * comparison.standardError
        separates = !comparison.interval.contains(0)
        let difference = abs(comparison.difference)
        guard difference > 0, comparison.standardError > 0 else {
            unitsNeeded = nil
            return
        }
        let ratio = detectableDifference / difference
        let needed = Double(comparison.units) * ratio * ratio
        unitsNeeded = needed < 1e9 ? Self.twoDigits(needed) : nil
    }

    /// Rounded up to two digits: an estimate should not look like a count.
    private static func twoDigits(_ value: Double) -> Int {
        let power = pow(10, max(0, log10(value).rounded(.down) - 1))
        return Int((value / power).rounded(.up) * power)
    }
}
