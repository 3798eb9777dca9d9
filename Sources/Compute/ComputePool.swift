import Foundation
import Synchronization

/// A fixed team of threads that splits loops by rows.
///
/// Work is cut along output rows or sequences only, never along a reduction, so the number of
/// threads cannot change a single bit of a result. The caller takes part in the work; a pool of one
/// thread therefore starts no thread at all. When the pool is busy with another caller's loop, a
/// second caller simply runs its loop alone.
// SAFETY: all mutable state is in atomics or guarded by `condition`.
package final class ComputePool: @unchecked Sendable {
    /// Threads that take part in a loop, the caller included.
    package let threads: Int

    private let condition = NSCondition()
    private let busy = Atomic<Bool>(false)
    private let generation = Atomic<Int>(0)
    private let running = Atomic<Int>(0)
    private let sleeping = Atomic<Int>(0)
    private let stopping = Atomic<Bool>(false)
    /// The current loop; written by the caller before `generation` moves, read by workers after.
    private var job: Job?

    /// Turns of the waiting loop before a thread goes to sleep: a layer of a small model takes tens
    /// of microseconds, so falling asleep between two layers would cost more than it saves.
    private static let spins = 4_000

    private final class Job: Sendable {
        let next = Atomic<Int>(0)
        let count: Int
        let grain: Int
        let body: @Sendable (Range<Int>) -> Void

        init(count: Int, grain: Int, body: @escaping @Sendable (Range<Int>) -> Void) {
            self.count = count
            self.grain = grain
            self.body = body
        }

        func drain() {
            while true {
                let start = next.wrappingAdd(grain, ordering: .relaxed).oldValue
                if start >= count { return }
                body(start..<min(start + grain, count))
            }
        }
    }

    /// A team of `threads` threads (at least 1).
    package init(threads: Int) {
        self.threads = max(1, threads)
        for index in 1..<max(self.threads, 2) where index < self.threads {
            let thread = Thread { [weak self] in Self.work(pool: self) }
            thread.name = "ajan-compute-\(index)"
            thread.stackSize = 1 << 20
            thread.start()
        }
    }

    /// Runs `body` over `0..<count` in pieces of at most `grain`, on all threads, and returns when
    /// every piece is done. `body` must write only what belongs to the range that it is given.
    package func forEach(
        count: Int, grain: Int = 1, _ body: @escaping @Sendable (Range<Int>) -> Void
    ) {
        precondition(grain > 0, "a piece of work needs at least one row")
        guard count > 0 else { return }
        guard threads > 1, count > grain,
            busy.compareExchange(expected: false, desired: true, ordering: .acquiring).exchanged
        else {
            body(0..<count)
            return
        }
        let job = Job(count: count, grain: grain, body: body)
        self.job = job
        running.store(threads - 1, ordering: .relaxed)
        generation.wrappingAdd(1, ordering: .sequentiallyConsistent)
        if sleeping.load(ordering: .sequentiallyConsistent) > 0 {
            condition.lock()
            condition.broadcast()
            condition.unlock()
        }
        job.drain()
        var turns = 0
        while running.load(ordering: .acquiring) > 0 {
            turns += 1
            if turns > Self.spins { sched_yield() }
        }
        self.job = nil
        busy.store(false, ordering: .releasing)
    }

    /// Ends the threads. Called by the owner of a pool that is no longer needed.
    package func stop() {
        condition.lock()
        stopping.store(true, ordering: .sequentiallyConsistent)
        condition.broadcast()
        condition.unlock()
    }

    private static func work(pool weakly: ComputePool?) {
        guard let pool = weakly else { return }
        var seen = 0
        while pool.waitForGeneration(after: &seen) {
            pool.job?.drain()
            pool.running.wrappingSubtract(1, ordering: .acquiringAndReleasing)
        }
    }

    /// Waits until a new loop is posted; false when the pool is stopping.
    private func waitForGeneration(after seen: inout Int) -> Bool {
        for _ in 0..<Self.spins {
            let now = generation.load(ordering: .acquiring)
            if now != seen {
                seen = now
                return true
            }
            if stopping.load(ordering: .relaxed) { return false }
        }
        condition.lock()
        defer { condition.unlock() }
        sleeping.wrappingAdd(1, ordering: .sequentiallyConsistent)
        defer { sleeping.wrappingSubtract(1, ordering: .sequentiallyConsistent) }
        while true {
            let now = generation.load(ordering: .sequentiallyConsistent)
            if now != seen {
                seen = now
                return true
            }
            if stopping.load(ordering: .relaxed) { return false }
            condition.wait()
        }
    }
}
