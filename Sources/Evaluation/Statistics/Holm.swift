/// Holm's step-down correction (1979) of the p-values of one table.
package enum Holm {
    /// The chance of a false discovery in a whole table that this project accepts.
    package static let alpha = 0.05

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
