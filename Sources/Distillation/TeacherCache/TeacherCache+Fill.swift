import AjanEmbed
package import Evaluation
import Foundation

extension TeacherCache {
    /// Texts that go through the teacher in one call; also how finely progress is told.
    private static let callTexts = 256
    /// Pause between two looks at shards that other processes work on, in seconds.
    private static let waitSeconds = 0.2

    /// Computes every shard that is missing, and again every shard that is damaged, together with
    /// whatever other processes fill the same cache; returns when all are there.
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
        while !open.isEmpty {
            var others: [Int] = []
            for index in open {
                if isCancelled() { throw CancellationError() }
                guard let claim = try FileClaim(claimFile(index)) else {
                    others.append(index)
                    continue
                }
                if try !isSound(index) {
                    remove(index)
                    let vectors = try embed(
                        Array(texts[key.range(ofShard: index)]), with: teacher,
                        progress: { progress(done + $0) }, isCancelled: isCancelled)
                    try write(vectors, toShard: index)
                }
                claim.finish()
                done += key.range(ofShard: index).count
                progress(done)
            }
            if others.count == open.count { Thread.sleep(forTimeInterval: Self.waitSeconds) }
            open = others
        }
        removeIdleClaims()
    }

    /// Removes the claims of processes that were killed between a shard's last byte and the end of
    /// their claim: the shard is whole, so nobody takes that claim again.
    private func removeIdleClaims() {
        for index in 0..<key.shardCount {
            let file = claimFile(index)
            guard FileManager.default.fileExists(atPath: file.path) else { continue }
            if let claim = try? FileClaim(file) { claim.finish() }
        }
    }

    private func embed(
        _ texts: [String], with teacher: any TextEmbedder, progress: (Int) -> Void,
        isCancelled: () -> Bool
    ) throws -> [[Float]] {
        var vectors: [[Float]] = []
        while vectors.count < texts.count {
            if isCancelled() { throw CancellationError() }
            let call = texts[vectors.count..<min(vectors.count + Self.callTexts, texts.count)]
            let rows = try teacher.embed(Array(call), role: key.role, longText: key.longText)
            guard rows.allSatisfy({ $0.vector.count == key.dimensions }) else {
                throw DistillationError.cache(
                    folder: folder.path,
                    problem: "the teacher's vectors have not \(key.dimensions) numbers")
            }
            vectors += rows.map(\.vector)
            progress(vectors.count)
        }
        return vectors
    }
}
