import DequeModule
import Foundation

/// Some texts of a job.
struct JobSlice: Sendable {
    let job: EmbeddingJob
    let range: Range<Int>
}

/// The bounded queue in front of a model: jobs come in from many tasks, slices go out to one
/// thread.
///
/// Slices are dealt in turns, so a request of a thousand texts does not keep a single question
/// waiting until it is through. A job that nobody waits for any more leaves the queue without being
/// computed.
// SAFETY: everything that changes is guarded by `condition`.
final class EmbeddingQueue: @unchecked Sendable {
    /// How much may wait.
    struct Limits: Sendable {
        var requests: Int
        var tokens: Int
    }

    /// What waits.
    struct Load: Sendable, Equatable {
        var requests = 0
        /// Guessed from bytes.
        var tokens = 0
    }

    private struct Entry {
        let job: EmbeddingJob
        var next = 0

        var isExhausted: Bool { next == job.tokenGuesses.count }

        /// The next text, and those after it that still fit the share.
        mutating func take(first: Int, share: Int) -> Range<Int> {
            let start = next
            var tokens = first
            next += 1
            while !isExhausted, tokens + job.tokenGuesses[next] <= share {
                tokens += job.tokenGuesses[next]
                next += 1
            }
            return start..<next
        }
    }

    private let limits: Limits
    private let condition = NSCondition()
    private var entries = Deque<Entry>()
    private var waitingTokens = 0
    private var isStopped = false

    init(limits: Limits) {
        self.limits = limits
    }

    var load: Load {
        condition.withLock { Load(requests: entries.count, tokens: waitingTokens) }
    }

    /// What became of a job that came to the queue.
    enum Admission: Equatable {
        case accepted
        case full(Load)
        case stopped
    }

    /// Lets `job` wait. One job is accepted whatever its size when nothing else waits.
    func admit(_ job: EmbeddingJob) -> Admission {
        let (admission, dropped) = condition.withLock {
            if isStopped { return (Admission.stopped, [EmbeddingJob]()) }
            var dropped: [EmbeddingJob] = []
            let tokens = job.tokenGuesses.reduce(0, +)
            if !hasRoom(for: tokens) { dropped = removeFinished() }
            guard hasRoom(for: tokens) else {
                return (.full(Load(requests: entries.count, tokens: waitingTokens)), dropped)
            }
            entries.append(Entry(job: job))
            waitingTokens += tokens
            condition.signal()
            return (.accepted, dropped)
        }
        for job in dropped { job.fail(ServingError.abandoned) }
        return admission
    }

    /// Waits for work and deals slices of about `budget` tokens; nil when the queue was stopped and
    /// is empty.
    func next(budget: Int) -> [JobSlice]? {
        while true {
            let (slices, dropped) = condition.withLock {
                while entries.isEmpty, !isStopped { condition.wait() }
                return entries.isEmpty ? (nil, []) : deal(budget)
            }
            for job in dropped { job.fail(ServingError.abandoned) }
            guard let slices else { return nil }
            if !slices.isEmpty { return slices }
        }
    }

    /// Takes no new jobs; those that wait are still dealt.
    func stop() {
        condition.withLock {
            isStopped = true
            condition.broadcast()
        }
    }

    private func hasRoom(for tokens: Int) -> Bool {
        entries.isEmpty
            || entries.count < limits.requests && waitingTokens + tokens <= limits.tokens
    }

    private func removeFinished() -> [EmbeddingJob] {
        var finished: [EmbeddingJob] = []
        entries.removeAll { entry in
            guard entry.job.isFinished else { return false }
            waitingTokens -= entry.job.tokenGuesses[entry.next...].reduce(0, +)
            finished.append(entry.job)
            return true
        }
        return finished
    }

    /// Deals in turns until the budget is used up.
    private func deal(_ budget: Int) -> ([JobSlice], [EmbeddingJob]) {
        let dropped = removeFinished()
        let share = max(1, budget / max(1, entries.count))
        var slices: [JobSlice] = []
        var left = budget
        while var entry = entries.first {
            let first = entry.job.tokenGuesses[entry.next]
            guard first <= left || slices.isEmpty else { break }
            entries.removeFirst()
            let range = entry.take(first: first, share: min(share, left))
            let tokens = entry.job.tokenGuesses[range].reduce(0, +)
            waitingTokens -= tokens
            left -= tokens
            slices.append(JobSlice(job: entry.job, range: range))
            if !entry.isExhausted { entries.append(entry) }
        }
        return (slices, dropped)
    }
}
