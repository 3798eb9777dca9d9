import AjanCompute
import AjanEmbed
package import AjanEvaluation
import Foundation
import Synchronization

extension TeacherCache {
    /// Pause between two looks at shards that other processes work on, in seconds.
    private static let waitSeconds = 0.2

    /// Computes every shard that is missing, and again every shard that is damaged, together with
    /// whatever other processes fill the same cache; returns when all are there.
    ///
    /// A teacher on a device works on several shards at a time: while it computes for one, the
    /// texts of another are cut into tokens, and a third is written.
    ///
    /// - Parameters:
    ///   - texts: the texts of the key, in order.
    ///   - progress: told the texts that are done so far, those found on disk included.
    ///   - isCancelled: asked between calls; true ends the work after what is written is whole.
    /// - Throws: what the teacher throws; `DistillationError.file`; `CancellationError`.
    package func fill(
        _ texts: [String], with teacher: any TextEmbedder,
        progress: (Int) -> Void = { _ in }, isCancelled: () -> Bool = { false }
    ) throws {
        precondition(texts.count == key.texts, "the key counts the texts")
        var done = 0
        var open: [Int] = []
        for index in 0..<key.shardCount {
            if try isSound(index) {
                done += key.range(ofShard: index).count
            } else {
                open.append(index)
            }
        }
        progress(done)
        try withoutActuallyEscaping(progress) { progress in
            try withoutActuallyEscaping(isCancelled) { isCancelled in
                let work = FillWork(done: done, progress: progress, isCancelled: isCancelled)
                while !open.isEmpty {
                    let others = try fill(open, texts, with: teacher, work)
                    if others.count == open.count {
                        Thread.sleep(forTimeInterval: Self.waitSeconds)
                    }
                    open = others
                }
            }
        }
        removeIdleClaims()
    }

    /// Works on the shards `open`; returns those that other processes have taken.
    private func fill(
        _ open: [Int], _ texts: [String], with teacher: any TextEmbedder, _ work: FillWork
    ) throws -> [Int] {
        work.begin(open)
        let workers = min(max(1, teacher.callsAtATime), open.count)
        if workers == 1 {
            work.run { try fillShard($0, texts, with: teacher, work) }
        } else {
            DispatchQueue.concurrentPerform(iterations: workers) { _ in
                work.run { try fillShard($0, texts, with: teacher, work) }
            }
        }
        return try work.end()
    }

    /// Returns false when another process has taken the shard.
    private func fillShard(
        _ index: Int, _ texts: [String], with teacher: any TextEmbedder, _ work: FillWork
    ) throws -> Bool {
        if work.isCancelled { throw CancellationError() }
        guard let claim = try FileLock(claimFile(index)) else { return false }
        let range = key.range(ofShard: index)
        if try isSound(index) {
            work.advance(by: range.count)
        } else {
            remove(index)
            try write(try embed(Array(texts[range]), with: teacher, work), toShard: index)
        }
        claim.removeFile()
        return true
    }

    /// Removes the claims of processes that were killed between a shard's last byte and the end of
    /// their claim: the shard is whole, so nobody takes that claim again.
    private func removeIdleClaims() {
        for index in 0..<key.shardCount {
            let file = claimFile(index)
            guard FileManager.default.fileExists(atPath: file.path) else { continue }
            if let claim = try? FileLock(file) { claim.removeFile() }
        }
    }

    private func embed(
        _ texts: [String], with teacher: any TextEmbedder, _ work: FillWork
    ) throws -> [[Float]] {
        var vectors: [[Float]] = []
        while vectors.count < texts.count {
            if work.isCancelled { throw CancellationError() }
            let end = min(vectors.count + teacher.textsPerCall, texts.count)
            let call = texts[vectors.count..<end]
            let rows = try teacher.embed(Array(call), role: key.role, longText: key.longText)
            guard rows.allSatisfy({ $0.vector.count == key.dimensions }) else {
                throw DistillationError.cache(
                    folder: folder.path,
                    problem: "the teacher's vectors have not \(key.dimensions) numbers")
            }
            guard rows.allSatisfy({ $0.vector.allSatisfy(\.isFinite) }) else {
                throw DistillationError.cache(
                    folder: folder.path, problem: "the teacher gives vectors that are no numbers")
            }
            vectors += rows.map(\.vector)
            work.advance(by: call.count)
        }
        return vectors
    }
}

/// The shards that the threads of one process share, and what they tell.
// SAFETY: the closures are called under the lock only.
private final class FillWork: @unchecked Sendable {
    private struct State {
        var open: ArraySlice<Int> = []
        var others: [Int] = []
        var done: Int
        var error: (any Error)?
    }

    private let state: Mutex<State>
    private let progress: (Int) -> Void
    private let askCancelled: () -> Bool

    init(done: Int, progress: @escaping (Int) -> Void, isCancelled: @escaping () -> Bool) {
        state = Mutex(State(done: done))
        self.progress = progress
        askCancelled = isCancelled
    }

    func begin(_ open: [Int]) {
        state.withLock {
            $0.open = open[...]
            $0.others = []
        }
    }

    /// Takes shards until none is left or one fails.
    func run(_ fill: (Int) throws -> Bool) {
        while let index = state.withLock({ $0.error == nil ? $0.open.popFirst() : nil }) {
            do {
                if try !fill(index) { state.withLock { $0.others.append(index) } }
            } catch {
                state.withLock { $0.error = $0.error ?? error }
            }
        }
    }

    /// The shards that others have, rising.
    func end() throws -> [Int] {
        let (others, error) = state.withLock { ($0.others, $0.error) }
        if let error { throw error }
        return others.sorted()
    }

    func advance(by count: Int) {
        state.withLock {
            $0.done += count
            progress($0.done)
        }
    }

    var isCancelled: Bool { state.withLock { _ in askCancelled() } }
}
