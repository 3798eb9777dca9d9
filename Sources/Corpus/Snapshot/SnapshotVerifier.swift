package import AjanCompute
import AjanDocuments
import Foundation

extension CorpusSnapshot {
    /// What is wrong with the shards, one line each; empty when every byte is as the manifest says.
    ///
    /// - Parameter pool: shards are read on its threads.
    package func problems(pool: ComputePool) throws -> [String] {
        let shards = manifest.shards
        let folder = folder
        let found = try pool.map(count: shards.count) { index in
            Self.problem(with: shards[index], in: folder)
        }
        var problems = found.compactMap { $0 }
        let records = shards.reduce(0) { $0 + $1.records }
        if records != manifest.records {
            problems.append("manifest: \(manifest.records) records, its shards hold \(records)")
        }
        let known = Set(shards.map(\.file))
        let stray = try Self.files(in: folder.appendingPathComponent(Self.shardFolder))
            .map { "\(Self.shardFolder)/\($0)" }.filter { !known.contains($0) }
        return problems + stray.map { "\($0): not in the manifest" }
    }

    static let shardFolder = "shards"

    private static func problem(with shard: SnapshotManifest.Shard, in folder: URL) -> String? {
        let file = folder.appendingPathComponent(shard.file)
        do {
            let digest = try FileDigest.sha256(of: file)
            guard digest == shard.sha256 else {
                return "\(shard.file): SHA-256 \(digest), the manifest says \(shard.sha256)"
            }
            return nil
        } catch {
            return "\(error)"
        }
    }

    private static func files(in folder: URL) throws -> [String] {
        guard FileManager.default.fileExists(atPath: folder.path) else { return [] }
        return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    }
}
