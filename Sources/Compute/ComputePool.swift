import AjanCKernels
import Foundation
import Synchronization

/// A fixed team of threads that splits loops by rows.
///
/// Work is cut along output rows or sequences only, never along a reduction, so the number of
/// threads cannot change a single bit of a result. The caller takes part in the work; a pool of one
/// thread therefore starts no thread at all. When the pool is busy with another caller's loop, or
/// with an outer loop of the same caller, a loop simply runs on its caller alone. The threads end
/// when the pool is stopped or no longer referred to.
package final class ComputePool: Sendable {
    /// Threads that take part in a loop, the caller included.
    package let threads: Int
    private let team = Team()

    /// A team of `threads` threads (at least 1), named `name` and a number in system tools.
    package init(threads: Int, name: String = "ajan-compute") {
        self.threads = max(1, threads)
        for index in 1..<self.threads {
            let thread = Thread { [team] in
                // Foundation's setter does nothing as long as the thread that called `start` has
                // not noted the new one, as happens on a busy machine.
                unsafe ck_name_thread("\(name)-\(index)")
                team.work()
            }
            thread.stackSize = 1 << 20
            thread.start()
        }
    }

    deinit { team.stop() }

    /// Runs `body` over `0..<count` in pieces of at most `grain`, on all threads, and returns when
    /// every piece is done. `body` must write only what belongs to the range that it is given.
    package func forEach(
        count: Int, grain: Int = 1, _ body: @escaping @Sendable (Range<Int>) -> Void
    ) {
        precondition(grain > 0, "a piece of work needs at least one row")
        guard count > 0 else { return }
        if threads == 1 || count <= grain || !team.run(count: count, grain: grain, body) {
            body(0..<count)
        }
    }

    /// Ends the threads now; later loops run on their callers alone.
    package func stop() { team.stop() }
}

/// What the threads of a pool share. They hold the team and not the pool, so that a pool nobody
/// refers to can end them.
///
/// One atomic word, the gate, tells everything about the current loop: its low half counts the
/// workers inside, its high half is a number that is odd while a loop is open. A worker enters by
/// counting itself in while the gate is open; the caller closes the gate when no piece is left and
/// waits only for those inside. A worker that the scheduler holds back therefore delays nobody.
// SAFETY: `job` is written only while the gate is closed and nobody is inside, and read only by
// those inside; everything else is atomic or guarded by `condition`.
private final class Team: @unchecked Sendable {
    private let condition = NSCondition()
    private let gate = Atomic<UInt64>(0)
    private let busy = Atomic<Bool>(false)
    private let sleeping = Atomic<Int>(0)
    private let stopping = Atomic<Bool>(false)
    private var job: Job?

    private static let phase: UInt64 = 1 << 32
    /// Pauses of a waiting thread before it goes to sleep, about 100 microseconds: layers of a
    /// small model take tens of microseconds, so sleeping between two of them would cost more.
    private static let spins = 5_000

    private static func isOpen(_ gate: UInt64) -> Bool { gate & phase != 0 }
    private static func inside(_ gate: UInt64) -> UInt64 { gate & (phase - 1) }

    /// Runs a loop with the team; false when the team is busy or stopped and nothing was run.
    func run(count: Int, grain: Int, _ body: @escaping @Sendable (Range<Int>) -> Void) -> Bool {
        guard !stopping.load(ordering: .relaxed),
            busy.compareExchange(expected: false, desired: true, ordering: .acquiring).exchanged
        else { return false }
        let job = Job(count: count, grain: grain, body: body)
        self.job = job
        gate.wrappingAdd(Self.phase, ordering: .sequentiallyConsistent)
        if sleeping.load(ordering: .sequentiallyConsistent) > 0 { wake() }
        job.drain()
        gate.wrappingAdd(Self.phase, ordering: .acquiringAndReleasing)
        waitUntilEmpty()
        self.job = nil
        busy.store(false, ordering: .releasing)
        return true
    }

    func stop() {
        stopping.store(true, ordering: .sequentiallyConsistent)
        wake()
    }

    /// The life of one worker.
    func work() {
        var seen: UInt64 = 0
        while let open = nextOpenGate(after: seen) {
            seen = open / Self.phase
            guard enter(phase: seen) else { continue }
            job?.drain()
            gate.wrappingSubtract(1, ordering: .acquiringAndReleasing)
        }
    }

    /// Counts this thread in; false when the gate has moved on from `phase`.
    private func enter(phase: UInt64) -> Bool {
        var current = gate.load(ordering: .acquiring)
        while current / Self.phase == phase {
            let (exchanged, original) = gate.weakCompareExchange(
                expected: current, desired: current + 1, ordering: .acquiringAndReleasing)
            if exchanged { return true }
            current = original
        }
        return false
    }

    /// The gate of a loop other than number `seen`, waiting for it if need be; nil when stopping.
    private func nextOpenGate(after seen: UInt64) -> UInt64? {
        for _ in 0..<Self.spins {
            let current = gate.load(ordering: .acquiring)
            if Self.isOpen(current), current / Self.phase != seen { return current }
            if stopping.load(ordering: .relaxed) { return nil }
            ck_pause()
        }
        condition.lock()
        defer { condition.unlock() }
        sleeping.wrappingAdd(1, ordering: .sequentiallyConsistent)
        defer { sleeping.wrappingSubtract(1, ordering: .sequentiallyConsistent) }
        while true {
            let current = gate.load(ordering: .sequentiallyConsistent)
            if Self.isOpen(current), current / Self.phase != seen { return current }
            if stopping.load(ordering: .sequentiallyConsistent) { return nil }
            condition.wait()
        }
    }

    /// Waits until the workers inside have left; they finish the pieces that they took.
    private func waitUntilEmpty() {
        var turns = 0
        while Self.inside(gate.load(ordering: .acquiring)) > 0 {
            turns += 1
            if turns > Self.spins { sched_yield() } else { ck_pause() }
        }
    }

    private func wake() {
        condition.lock()
        condition.broadcast()
        condition.unlock()
    }
}

/// One loop: pieces are handed out by an atomic counter.
private final class Job: Sendable {
    private let next = Atomic<Int>(0)
    private let count: Int
    private let grain: Int
    private let body: @Sendable (Range<Int>) -> Void

    init(count: Int, grain: Int, body: @escaping @Sendable (Range<Int>) -> Void) {
        self.count = count
        self.grain = grain
        self.body = body
    }

    /// Takes and runs pieces until none is left.
    func drain() {
        while true {
            let start = next.wrappingAdd(grain, ordering: .relaxed).oldValue
            if start >= count { return }
            body(start..<min(start + grain, count))
        }
    }
}
