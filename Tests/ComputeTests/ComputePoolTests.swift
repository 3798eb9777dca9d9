import AjanCompute
import Foundation
import Synchronization
import Testing

@Suite("Compute pool")
struct ComputePoolTests {
    private final class Counters: Sendable {
        private let counts: Mutex<[Int]>
        init(_ count: Int) { counts = Mutex([Int](repeating: 0, count: count)) }
        func add(_ range: Range<Int>) {
            counts.withLock { for index in range { $0[index] += 1 } }
        }
        var all: [Int] { counts.withLock { $0 } }
    }

    @Test("every index is visited once, whatever the threads, counts and grains", arguments: 1...4)
    func coversEveryIndex(threads: Int) {
        let pool = ComputePool(threads: threads)
        for count in [0, 1, 2, 3, 7, 64, 1_000] {
            for grain in [1, 2, 5, 64, 2_000] {
                let counters = Counters(count)
                pool.forEach(count: count, grain: grain) { counters.add($0) }
                #expect(counters.all == [Int](repeating: 1, count: count))
            }
        }
    }

    @Test("many small loops, with sleeps between them, lose no wake-up")
    func losesNoWakeUp() {
        let pool = ComputePool(threads: 3)
        let counters = Counters(16)
        for round in 0..<3_000 {
            if round % 500 == 0 { Thread.sleep(forTimeInterval: 0.002) }
            pool.forEach(count: 16) { counters.add($0) }
        }
        #expect(counters.all == [Int](repeating: 3_000, count: 16))
    }

    @Test("a loop inside a loop runs on its caller and completes")
    func nests() {
        let pool = ComputePool(threads: 3)
        let counters = Counters(64)
        pool.forEach(count: 8) { outer in
            for index in outer {
                pool.forEach(count: 8) { inner in
                    counters.add(index * 8 + inner.lowerBound..<index * 8 + inner.upperBound)
                }
            }
        }
        #expect(counters.all == [Int](repeating: 1, count: 64))
    }

    @Test("two callers at once both complete")
    func sharedByCallers() async {
        let pool = ComputePool(threads: 2)
        let counters = Counters(100)
        await withTaskGroup { group in
            for _ in 0..<4 {
                group.addTask {
                    for _ in 0..<200 { pool.forEach(count: 100, grain: 9) { counters.add($0) } }
                }
            }
        }
        #expect(counters.all == [Int](repeating: 800, count: 100))
    }

    @Test("loops still run after the pool was stopped")
    func runsAfterStop() {
        let pool = ComputePool(threads: 3)
        pool.stop()
        let counters = Counters(10)
        pool.forEach(count: 10) { counters.add($0) }
        #expect(counters.all == [Int](repeating: 1, count: 10))
    }

    @Test(
        "the threads of a forgotten pool end",
        .enabled(if: FileManager.default.fileExists(atPath: "/proc/self/task")))
    func forgottenPoolEndsItsThreads() throws {
        func computeThreads() throws -> Int {
            let tasks = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task")
            return tasks.filter { task in
                let name = try? String(
                    contentsOfFile: "/proc/self/task/\(task)/comm", encoding: .utf8)
                return name?.hasPrefix("ajan-lost") ?? false
            }.count
        }
        /// Waits until that many are seen: a listing may miss a thread while others come and go.
        func sees(_ count: Int) throws -> Bool {
            for _ in 0..<1_000 {
                if try computeThreads() == count { return true }
                Thread.sleep(forTimeInterval: 0.01)
            }
            return false
        }
        do {
            let pool = ComputePool(threads: 3, name: "ajan-lost")
            pool.forEach(count: 8) { _ in }
            let seen = try withExtendedLifetime(pool) { try sees(2) }
            #expect(seen)
        }
        #expect(try sees(0))
    }
}
