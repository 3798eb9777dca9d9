import AjanEmbed
import CoreMetrics
import Foundation
import Metrics

/// The metrics of a server.
package struct ServerMetrics: Sendable {
    private let factory: PrometheusMetrics
    private let connections: Meter
    private let residentBytes: Meter

    package init(_ factory: PrometheusMetrics = PrometheusMetrics()) {
        self.factory = factory
        connections = Meter(label: "ajan_connections", factory: factory)
        residentBytes = Meter(label: "process_resident_memory_bytes", factory: factory)
    }

    /// The metrics of one model.
    func model(_ name: String) -> ModelMetrics { ModelMetrics(model: name, factory: factory) }

    /// Counts an answered request.
    func note(route: String, status: Int, duration: Duration) {
        Counter(
            label: "ajan_http_requests_total",
            dimensions: [("route", route), ("status", "\(status)")], factory: factory
        ).increment()
        CoreMetrics.Timer(
            label: "ajan_http_request_duration_seconds", dimensions: [("route", route)],
            factory: factory
        ).record(duration: duration)
    }

    func show(connections count: Int) { connections.set(count) }

    /// All metrics in Prometheus' text format.
    func text() -> String {
        if let bytes = Self.residentByteCount() { residentBytes.set(bytes) }
        return factory.text()
    }

    /// Memory of this process that is in use now; nil where the system does not tell.
    private static func residentByteCount() -> Int? {
        let statm = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
        let pages = statm?.split(separator: " ").dropFirst().first.flatMap { Int($0) }
        return pages.map { $0 * Int(sysconf(Int32(_SC_PAGESIZE))) }
    }
}

/// What is counted for a model.
struct ModelMetrics: Sendable {
    /// Time from arrival to the start of the first pass.
    let wait: CoreMetrics.Timer
    /// Time of a pass.
    let compute: CoreMetrics.Timer
    /// Requests that found the queue full.
    let refused: Counter
    private let texts: Counter
    private let tokens: Counter
    private let truncated: Counter
    private let passTexts: Recorder
    private let queuedRequests: Meter
    private let queuedTokens: Meter

    init(model: String, factory: PrometheusMetrics) {
        let labels = [("model", model)]
        wait = CoreMetrics.Timer(
            label: "ajan_queue_wait_seconds", dimensions: labels, factory: factory)
        compute = CoreMetrics.Timer(
            label: "ajan_pass_duration_seconds", dimensions: labels, factory: factory)
        refused = Counter(
            label: "ajan_refused_requests_total", dimensions: labels, factory: factory)
        texts = Counter(label: "ajan_texts_total", dimensions: labels, factory: factory)
        tokens = Counter(label: "ajan_tokens_total", dimensions: labels, factory: factory)
        truncated = Counter(
            label: "ajan_truncated_texts_total", dimensions: labels, factory: factory)
        passTexts = Recorder(
            label: "ajan_pass_texts", dimensions: labels, aggregate: true, factory: factory)
        queuedRequests = Meter(
            label: "ajan_queued_requests", dimensions: labels, factory: factory)
        queuedTokens = Meter(label: "ajan_queued_tokens", dimensions: labels, factory: factory)
    }

    func show(_ load: EmbeddingQueue.Load) {
        queuedRequests.set(load.requests)
        queuedTokens.set(load.tokens)
    }

    func count(_ embeddings: [SentenceEmbedding]) {
        texts.increment(by: embeddings.count)
        tokens.increment(by: embeddings.reduce(0) { $0 + $1.kept })
        truncated.increment(by: embeddings.count { $0.kept < $0.tokens })
        passTexts.record(embeddings.count)
    }
}
