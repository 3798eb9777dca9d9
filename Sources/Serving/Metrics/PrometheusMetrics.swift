package import CoreMetrics
import Foundation
import Synchronization

/// Keeps metrics in memory and writes them in Prometheus' text format.
///
/// A backend for swift-metrics: counters, gauges (meters, recorders that do not aggregate) and
/// histograms (timers in seconds, recorders that aggregate). Names are used as they are.
package final class PrometheusMetrics: MetricsFactory {
    /// What a metric is.
    private enum Value {
        case counter(CounterValue)
        case gauge(GaugeValue)
        case histogram(HistogramValue)

        var kind: String {
            switch self {
            case .counter: "counter"
            case .gauge: "gauge"
            case .histogram: "histogram"
            }
        }
    }

    /// Metrics by name, then by labels in Prometheus' form.
    private let families = Mutex<[String: [String: Value]]>([:])

    package init() {}

    package func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        guard
            case .counter(let value) = value(
                label, dimensions, or: { .counter(CounterValue()) })
        else { return CounterValue() }
        return value
    }

    package func makeRecorder(
        label: String, dimensions: [(String, String)], aggregate: Bool
    ) -> any RecorderHandler {
        guard aggregate else { return gauge(label, dimensions) }
        return histogram(label, dimensions, bounds: HistogramValue.sizes)
    }

    package func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        gauge(label, dimensions)
    }

    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        histogram(label, dimensions, bounds: HistogramValue.seconds)
    }

    // Metrics live as long as the server.
    package func destroyCounter(_ handler: any CounterHandler) {}
    package func destroyRecorder(_ handler: any RecorderHandler) {}
    package func destroyMeter(_ handler: any MeterHandler) {}
    package func destroyTimer(_ handler: any TimerHandler) {}

    /// All metrics, sorted by name and labels.
    package func text() -> String {
        let families = families.withLock { $0 }
        var lines: [String] = []
        for (name, values) in families.sorted(by: { $0.key < $1.key }) {
            guard let kind = values.values.first?.kind else { continue }
            lines.append("# TYPE \(name) \(kind)")
            for (labels, value) in values.sorted(by: { $0.key < $1.key }) {
                lines += Self.lines(name, labels, value)
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func lines(_ name: String, _ labels: String, _ value: Value) -> [String] {
        func set(_ more: String = "") -> String {
            let all = [labels, more].filter { !$0.isEmpty }.joined(separator: ",")
            return all.isEmpty ? "" : "{\(all)}"
        }
        switch value {
        case .counter(let counter): return ["\(name)\(set()) \(counter.value)"]
        case .gauge(let gauge): return ["\(name)\(set()) \(gauge.value)"]
        case .histogram(let histogram):
            let (buckets, count, sum) = histogram.snapshot
            return buckets.map { "\(name)_bucket\(set("le=\"\($0.bound)\"")) \($0.count)" } + [
                "\(name)_bucket\(set("le=\"+Inf\"")) \(count)", "\(name)_sum\(set()) \(sum)",
                "\(name)_count\(set()) \(count)",
            ]
        }
    }

    private func gauge(_ label: String, _ dimensions: [(String, String)]) -> GaugeValue {
        guard case .gauge(let value) = value(label, dimensions, or: { .gauge(GaugeValue()) })
        else { return GaugeValue() }
        return value
    }

    private func histogram(
        _ label: String, _ dimensions: [(String, String)], bounds: [Double]
    ) -> HistogramValue {
        guard
            case .histogram(let value) = value(
                label, dimensions, or: { .histogram(HistogramValue(bounds: bounds)) })
        else { return HistogramValue(bounds: bounds) }
        return value
    }

    private func value(
        _ name: String, _ dimensions: [(String, String)], or make: () -> Value
    ) -> Value {
        let labels = dimensions.map { "\($0.0)=\"\(Self.escaped($0.1))\"" }.joined(separator: ",")
        return families.withLock { families in
            if let known = families[name]?[labels] { return known }
            let new = make()
            families[name, default: [:]][labels] = new
            return new
        }
    }

    private static func escaped(_ value: String) -> String {
        value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
            .replacing("\n", with: "\\n")
    }
}
