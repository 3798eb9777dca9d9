import AjanCompute
package import AjanEmbed
import CoreMetrics
import Foundation
package import Logging
import Metrics
import Synchronization

/// A served model: a bounded queue and the threads that compute, one per processor.
///
/// Tasks hand in requests and sleep; each thread takes a pass of waiting texts by a token budget,
/// as soon as it has done its last one, and wakes each task when its last text is done. A vector
/// does not depend on what shares its pass, so batching cannot be seen in the answers.
package final class EmbeddingEngine: Sendable {
    /// How much the engine takes on.
    package struct Limits: Sendable, Equatable {
        /// Requests that may wait.
        package var queuedRequests = 512
        /// Tokens that may wait, guessed from bytes.
        package var queuedTokens = 262_144
        /// Tokens that are computed at once, on all threads together, guessed from bytes.
        package var passTokens = 1_024
        /// Tokens of one request, counted exactly.
        package var requestTokens = 262_144

        package init() {}
    }

    /// What clients may want to know of the model.
    package struct Info: Sendable {
        package var maxTokens = 512
        package var precision = "f32"
        package var pooling = "mean"
        package var fingerprint = ""

        package init() {}
    }

    /// The name that requests call the model by.
    package let name: String
    package let info: Info
    package let dimensions: Int
    package let limits: Limits
    private let backend: any EmbeddingBackend
    private let queue: EmbeddingQueue
    private let metrics: ModelMetrics
    private let logger: Logger
    private let throughput = Throughput()
    private let threads: [OwnerThread]

    /// Starts the engine. It runs until `stop()`.
    package init(
        name: String, info: Info = Info(), backend: any EmbeddingBackend,
        limits: Limits = Limits(), metrics: ServerMetrics, logger: Logger
    ) {
        self.name = name
        self.info = info
        self.backend = backend
        self.limits = limits
        self.metrics = metrics.model(name)
        self.logger = logger
        dimensions = backend.dimensions
        queue = EmbeddingQueue(
            limits: .init(
                requests: limits.queuedRequests, tokens: limits.queuedTokens,
                passTokens: limits.passTokens, lanes: backend.lanes))
        threads = (0..<backend.lanes).map { _ in OwnerThread() }
        for (lane, thread) in threads.enumerated() {
            thread.start(name: "ajan-lane-\(lane)") { [self] in work() }
        }
    }

    /// Requests that wait.
    package var queuedRequests: Int { queue.load.requests }

    /// Embeds the texts of a request.
    ///
    /// - Parameter isAbandoned: asked before computing; true drops the request.
    /// - Throws: `ServingError.overloaded`, `.stopping`, `.abandoned`, `.tooLarge`, `.notFinite`,
    ///   and `ModelError.textTooLong` with the position in this request.
    package func embed(
        _ request: EmbeddingRequest, isAbandoned: @escaping @Sendable () -> Bool = { false }
    ) async throws -> [SentenceEmbedding] {
        if request.texts.isEmpty { return [] }
        let cancelled = AtomicFlag()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                submit(
                    EmbeddingJob(request, isAbandoned: { cancelled.isSet || isAbandoned() }) {
                        continuation.resume(with: $0)
                    })
            }
        } onCancel: {
            cancelled.set()
        }
    }

    /// The same for a thread that may wait; never to be called from a task.
    package func embedAndWait(_ request: EmbeddingRequest) throws -> [SentenceEmbedding] {
        if request.texts.isEmpty { return [] }
        let result = Mutex<Result<[SentenceEmbedding], any Error>>(.failure(ServingError.stopping))
        let done = DispatchSemaphore(value: 0)
        submit(
            EmbeddingJob(request, isAbandoned: { false }) { reply in
                result.withLock { $0 = reply }
                done.signal()
            })
        done.wait()
        return try result.withLock { $0 }.get()
    }

    /// Computes what waits, then ends the threads. Later requests are refused.
    package func stop() {
        queue.stop()
        for thread in threads { thread.join() }
    }

    private func submit(_ job: EmbeddingJob) {
        switch queue.admit(job) {
        case .accepted: break
        case .stopped: job.fail(ServingError.stopping)
        case .full(let load):
            metrics.refused.increment()
            job.fail(
                ServingError.overloaded(
                    retryAfterSeconds: throughput.seconds(for: load.tokens)))
        }
        metrics.show(queue.load)
    }
}

// MARK: - The threads that compute

extension EmbeddingEngine {
    private func work() {
        while let pass = queue.next() {
            metrics.show(queue.load)
            let start = ContinuousClock.now
            var groups: [GroupKey: [JobSlice]] = [:]
            for slice in pass.slices {
                if slice.range.lowerBound == 0 {
                    metrics.wait.record(duration: start - slice.job.arrival)
                    refuseIfTooLarge(slice.job)
                }
                if slice.job.isFinished { continue }
                groups[GroupKey(slice.job.request), default: []].append(slice)
            }
            var tokens = 0
            for (key, slices) in groups { tokens += compute(slices, key, alone: pass.isAlone) }
            queue.end(pass)
            let duration = ContinuousClock.now - start
            metrics.compute.record(duration: duration)
            throughput.note(tokens: tokens * (pass.isAlone ? threads.count : 1), in: duration)
        }
    }

    /// Texts that may share a call of the model.
    private struct GroupKey: Hashable {
        let role: Role
        let longText: LongText

        init(_ request: EmbeddingRequest) {
            role = request.role
            longText = request.longText
        }
    }

    /// Embeds slices together. When that fails, each is embedded alone, so that the fault stays
    /// with the request that brought it.
    /// - Returns: tokens that went through the encoder.
    private func compute(_ slices: [JobSlice], _ key: GroupKey, alone: Bool) -> Int {
        let texts = slices.flatMap { $0.job.request.texts[$0.range] }
        do {
            let embeddings = try backend.embed(
                texts, role: key.role, longText: key.longText, alone: alone)
            metrics.count(embeddings)
            var next = 0
            for slice in slices {
                deliver(embeddings[next..<next + slice.range.count], to: slice)
                next += slice.range.count
            }
            return embeddings.reduce(0) { $0 + $1.kept }
        } catch {
            if slices.count > 1 {
                return slices.reduce(0) { $0 + compute([$1], key, alone: alone) }
            }
            for slice in slices { slice.job.fail(Self.placed(error, in: slice)) }
            return 0
        }
    }

    private func deliver(_ embeddings: ArraySlice<SentenceEmbedding>, to slice: JobSlice) {
        for (offset, embedding) in embeddings.enumerated()
        where !VectorMath.isFinite(embedding.vector) {
            let index = slice.range.lowerBound + offset
            logger.error("vector is not finite", metadata: ["model": "\(name)"])
            slice.job.fail(
                ServingError.notFinite(index: index, cause: "the weights may be damaged"))
            return
        }
        slice.job.accept(embeddings, from: slice.range.lowerBound)
    }

    /// The error as it looks from the request: positions count from its first text.
    private static func placed(_ error: any Error, in slice: JobSlice) -> any Error {
        switch error {
        case ModelError.textTooLong(let index, let tokens, let limit):
            ServingError.tooLarge(
                field: "input", index: index + slice.range.lowerBound,
                problem: "the text has \(tokens) tokens, the model takes \(limit)")
        case ModelError.notFinite(let index, let cause):
            ServingError.notFinite(index: index + slice.range.lowerBound, cause: cause)
        default: error
        }
    }

    /// Counts the tokens of a request that could be over the limit, and fails it if it is.
    private func refuseIfTooLarge(_ job: EmbeddingJob) {
        guard job.tokensMax > limits.requestTokens else { return }
        var tokens = 0
        for text in job.request.texts where tokens <= limits.requestTokens {
            tokens += backend.tokenCount(of: text, role: job.request.role)
        }
        guard tokens > limits.requestTokens else { return }
        job.fail(
            ServingError.tooLarge(
                field: "input", index: nil,
                problem: "more than \(limits.requestTokens) tokens in one request; send fewer texts"
            ))
    }
}
