import AjanDocuments
import Foundation

/// A line chart as SVG text, drawn without anything from outside.
struct CurveChart {
    /// One curve.
    struct Curve {
        let name: String
        let points: [(x: Double, y: Double)]
    }

    let title: String
    let curves: [Curve]

    private static let width = 640.0
    private static let height = 240.0
    private static let margin = (left: 64.0, right: 16.0, top: 28.0, bottom: 28.0)
    private static let colours = ["#0b6bcb", "#c2410c", "#15803d", "#7c3aed"]
    /// Points of a curve at most; longer ones are thinned evenly.
    private static let pointsMax = 600

    /// The chart; nil when no curve has a point.
    var svg: String? {
        let all = curves.flatMap(\.points).filter { $0.y.isFinite }
        guard let first = all.first else { return nil }
        var (xs, ys) = (first.x...first.x, first.y...first.y)
        for point in all {
            xs = min(xs.lowerBound, point.x)...max(xs.upperBound, point.x)
            ys = min(ys.lowerBound, point.y)...max(ys.upperBound, point.y)
        }
        var parts = [
            "<svg viewBox=\"0 0 \(Int(Self.width)) \(Int(Self.height))\" role=\"img\" "
                + "aria-label=\"\(HTMLText.escaped(title))\">",
            "<text x=\"\(Int(Self.margin.left))\" y=\"16\" class=\"title\">"
                + "\(HTMLText.escaped(title))</text>",
        ]
        parts += gridLines(ys)
        parts += axisLabels(xs)
        for (index, curve) in curves.enumerated() {
            parts.append(line(curve, colour: Self.colours[index % 4], xs, ys))
        }
        parts += legend
        return (parts + ["</svg>"]).joined(separator: "\n")
    }

    private func gridLines(_ ys: ClosedRange<Double>) -> [String] {
        (0...2).map { step in
            let share = Double(step) / 2
            let value = ys.lowerBound + share * (ys.upperBound - ys.lowerBound)
            let y = Self.format(place(value, in: ys, from: bottom, to: Self.margin.top))
            return "<line x1=\"\(Int(Self.margin.left))\" x2=\"\(Int(right))\" y1=\"\(y)\" "
                + "y2=\"\(y)\" class=\"grid\"/><text x=\"\(Int(Self.margin.left) - 6)\" y=\"\(y)\" "
                + "class=\"y\">\(Self.label(value))</text>"
        }
    }

    private func axisLabels(_ xs: ClosedRange<Double>) -> [String] {
        [(xs.lowerBound, Self.margin.left, "start"), (xs.upperBound, right, "end")].map {
            "<text x=\"\(Int($0.1))\" y=\"\(Int(Self.height) - 8)\" text-anchor=\"\($0.2)\">"
                + "\(Self.label($0.0))</text>"
        }
    }

    private var legend: [String] {
        guard curves.count > 1 else { return [] }
        return curves.enumerated().map { index, curve in
            let y = Int(Self.margin.top) + 14 * (index + 1)
            return "<text x=\"\(Int(right) - 4)\" y=\"\(y)\" text-anchor=\"end\" "
                + "fill=\"\(Self.colours[index % 4])\">\(HTMLText.escaped(curve.name))</text>"
        }
    }

    private func line(
        _ curve: Curve, colour: String, _ xs: ClosedRange<Double>, _ ys: ClosedRange<Double>
    ) -> String {
        let stride = max(1, curve.points.count / Self.pointsMax)
        let points = curve.points.enumerated()
            .filter { $0.element.y.isFinite && ($0.offset % stride == 0) }
            .map { _, point in
                Self.format(place(point.x, in: xs, from: Self.margin.left, to: right)) + ","
                    + Self.format(place(point.y, in: ys, from: bottom, to: Self.margin.top))
            }
        return "<polyline fill=\"none\" stroke=\"\(colour)\" stroke-width=\"1.5\" "
            + "points=\"\(points.joined(separator: " "))\"/>"
    }

    private var right: Double { Self.width - Self.margin.right }
    private var bottom: Double { Self.height - Self.margin.bottom }

    private func place(
        _ value: Double, in range: ClosedRange<Double>, from start: Double, to end: Double
    ) -> Double {
        let span = range.upperBound - range.lowerBound
        return start + (span > 0 ? (value - range.lowerBound) / span : 0.5) * (end - start)
    }

    private static func format(_ value: Double) -> String { String(format: "%.1f", value) }
    private static func label(_ value: Double) -> String { String(format: "%.4g", value) }
}
