import Dispatch
import Synchronization

/// Gives out the batches of a run, step by step. While a device computes a step, the texts of the
/// next one are already cut into tokens.
final class StepSource: Sendable {
    /// The batches of a step, and how far the stream had come with them.
    typealias Step = (batches: [BatchStream.NamedBatch], position: BatchStream.Position)

    private let stream: Mutex<BatchStream>
    private let ahead = Mutex<Step?>(nil)
    private let readsAhead: Bool
    private let queue = DispatchQueue(label: "ajan.distillation.steps")

    init(_ stream: BatchStream, readsAhead: Bool) {
        self.stream = Mutex(stream)
        self.readsAhead = readsAhead
    }

    func next() -> Step {
        guard readsAhead else { return draw() }
        let step = queue.sync { ahead.withLock { $0.take() } ?? draw() }
        queue.async { [self] in
            let next = draw()
            ahead.withLock { $0 = next }
        }
        return step
    }

    private func draw() -> Step {
        stream.withLock { stream in
            let batches = stream.nextStep()
            return (batches, stream.position)
        }
    }
}
