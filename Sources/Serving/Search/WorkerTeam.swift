import AjanCompute
import DequeModule
import Foundation

/// A few threads with a bounded queue, for work that waits on a model or a disk.
// SAFETY: everything that changes is guarded by `condition`.
final class WorkerTeam: @unchecked Sendable {
    private typealias Work = @Sendable () -> Void

    private let condition = NSCondition()
    private let waitingMax: Int
    private var waiting = Deque<Work>()
    private var isStopped = false
    private var threads: [OwnerThread] = []

    init(threads count: Int, waitingMax: Int, name: String) {
        self.waitingMax = waitingMax
        for index in 0..<max(1, count) {
            let thread = OwnerThread()
            thread.start(name: "\(name)-\(index)") { [weak self] in
                while let work = self?.next() { work() }
            }
            threads.append(thread)
        }
    }

    /// Runs `body` on one of the threads; a task that is cancelled before is not run.
    ///
    /// - Throws: `ServingError.overloaded`, `.stopping`, `.abandoned`, and what `body` throws.
    func run<Value: Sendable>(
        isAbandoned: @escaping @Sendable () -> Bool,
        _ body: @escaping @Sendable () throws -> Value
    ) async throws -> Value {
        let cancelled = AtomicFlag()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let refusal = admit {
                    if cancelled.isSet || isAbandoned() {
                        continuation.resume(throwing: ServingError.abandoned)
                    } else {
                        continuation.resume(with: Result(catching: body))
                    }
                }
                if let refusal { continuation.resume(throwing: refusal) }
            }
        } onCancel: {
            cancelled.set()
        }
    }

    /// Finishes what waits and ends the threads.
    func stop() {
        condition.withLock {
            isStopped = true
            condition.broadcast()
        }
        for thread in threads { thread.join() }
    }

    private func admit(_ work: @escaping Work) -> ServingError? {
        condition.withLock {
            if isStopped { return .stopping }
            if waiting.count >= waitingMax { return .overloaded(retryAfterSeconds: 1) }
            waiting.append(work)
            condition.signal()
            return nil
        }
    }

    private func next() -> Work? {
        condition.withLock {
            while waiting.isEmpty, !isStopped { condition.wait() }
            return waiting.popFirst()
        }
    }
}
