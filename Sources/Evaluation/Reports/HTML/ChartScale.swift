import Foundation

/// Maps numbers to horizontal places, with round numbers to put on an axis.
struct ChartScale {
    let domain: ClosedRange<Double>
    let range: ClosedRange<Double>
    let ticks: [Double]

    private static let ticksMax = 6.0

    /// - Parameters:
    ///   - values: what must fit, with a little room at both ends.
    ///   - range: the places, in pixels.
    init(_ values: [Double], range: ClosedRange<Double>) {
        let (low, high) = (values.min() ?? 0, values.max() ?? 1)
        let room = max((high - low) * 0.06, 0.002)
        domain = (low - room)...(high + room)
        self.range = range
        let step = Self.step(domain.upperBound - domain.lowerBound)
        let first = Int((domain.lowerBound / step).rounded(.up))
        let last = Int((domain.upperBound / step).rounded(.down))
        ticks = first > last ? [] : (first...last).map { Double($0) * step }
    }

    func place(_ value: Double) -> Double {
        let share = (value - domain.lowerBound) / (domain.upperBound - domain.lowerBound)
        return range.lowerBound + share * (range.upperBound - range.lowerBound)
    }

    /// 1, 2 or 5 times a power of ten, so that few ticks are needed.
    private static func step(_ width: Double) -> Double {
        let rough = width / ticksMax
        let power = pow(10, log10(rough).rounded(.down))
        return [1, 2, 5, 10].map { $0 * power }.first { $0 >= rough } ?? 10 * power
    }
}
