/// The result of asking whether two systems, measured on the same units, differ.
package struct PairedComparison: Hashable, Sendable, Codable {
    /// First minus second.
    package let difference: Double
    /// 95% BCa interval of the difference, from the paired bootstrap.
    package let interval: ConfidenceInterval
    /// Two-sided p-value of the paired permutation test.
    package let pValue: Double
    /// Two-sided p-value of the paired bootstrap.
    package let bootstrapPValue: Double
    /// Standard error of the difference, from the paired bootstrap.
    package let standardError: Double
    /// Number of paired units.
    package let units: Int

    /// From the bootstrap of a difference, whose two-sided p-value is twice the smaller share of
    /// resamples on one side of zero.
    init(_ bootstrap: Bootstrap, units: Int, pValue: Double) {
        difference = bootstrap.estimate
        interval = bootstrap.biasCorrectedAccelerated()
        standardError = bootstrap.standardError
        bootstrapPValue = bootstrap.pValueOfZero
        self.pValue = pValue
        self.units = units
    }
}
