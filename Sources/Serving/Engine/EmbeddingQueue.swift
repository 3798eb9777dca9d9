import DequeModule
import Foundation

/// Some texts of a job.
struct JobSlice: Sendable {
    let job: EmbeddingJob
    let range: Range<Int>
}

/// Texts that are computed together.
struct Pass: Sendable {
    let slices: [JobSlice]
    /// Whether other passes run at the same time, so that this one stays on its thread.
    let isAlone: Bool
}

/// The bounded queue in front of a model: jobs come in from many tasks, passes go out to the
/// threads that compute.
///
/// While little waits, a single pass takes it all and uses every processor, which answers soonest.
/// Else each thread takes a small pass of its own whenever it has done the last one: nobody ever
/// waits for the slowest of a team, and a thread that the system interrupts holds up nobody else.
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
        /// Tokens that are computed at once, by all threads together.
        var passTokens: Int
        /// Threads that ask for passes.
        var lanes: Int
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
    /// Passes that are being computed, and whether one of them uses every processor.
    private var running = 0
    private var isWholeRunning = false
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

    /// Waits for work and deals a pass; nil when the queue was stopped and is empty. Who gets a
    /// pass calls `end` before the next one.
    func next() -> Pass? {
        while true {
            let (pass, dropped) = condition.withLock { () -> (Pass?, [EmbeddingJob]) in
                while entries.isEmpty ? !isStopped : isWholeRunning { condition.wait() }
                if entries.isEmpty { return (nil, []) }
                let dropped = removeFinished()
                return (deal(), dropped)
            }
            for job in dropped { job.fail(ServingError.abandoned) }
            guard let pass else { return nil }
            if !pass.slices.isEmpty { return pass }
            end(pass)
        }
    }

    /// Notes that `pass` has been computed.
    func end(_ pass: Pass) {
        condition.withLock {
            running -= 1
            if !pass.isAlone { isWholeRunning = false }
            if isStopped { condition.broadcast() }
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

    /// Deals in turns until the budget of a pass is used up.
    private func deal() -> Pass {
        let isWhole = running == 0 && (limits.lanes == 1 || waitingTokens <= limits.passTokens)
        let budget = isWhole ? limits.passTokens : max(1, limits.passTokens / limits.lanes)
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
        running += 1
        isWholeRunning = isWhole
        // What is left is work for a thread that still sleeps.
        if !entries.isEmpty, !isWhole { condition.signal() }
        return Pass(slices: slices, isAlone: !isWhole)
    }
}
