import AjanCompute
import Foundation

/// The rows of a complete cache, mapped: opening reads nothing but the sidecars.
package struct CachedVectors: Sendable {
    package let dimensions: Int
    package let count: Int
    private let shards: [StoredMatrix]
    private let shardRows: Int

    /// - Throws: `DistillationError.cache` when a shard is missing or has the wrong size.
    package init(_ cache: TeacherCache) throws {
        let key = cache.key
        shards = try (0..<key.shardCount).map { index in
            guard cache.isComplete(index) else {
                throw DistillationError.cache(
                    folder: cache.folder.path,
                    problem: "shard \(index) is missing; run the cache stage")
            }
            let file = try MappedFile(path: cache.shardFile(index).path)
            // Looked at again: what is mapped now need not be what was there a moment ago.
            guard file.byteCount == cache.byteCount(ofShard: index) else {
                throw DistillationError.cache(
                    folder: cache.folder.path,
                    problem: "shard \(index) has changed its size; run the cache stage")
            }
            return StoredMatrix(
                region: MemoryRegion(file: file, range: 0..<file.byteCount),
                rows: key.range(ofShard: index).count, columns: key.dimensions,
                format: key.rows == .f16 ? .f16 : .f32)
        }
        dimensions = key.dimensions
        count = key.texts
        shardRows = key.shardRows
    }

    /// The vector of text `index`, as f32.
    package func row(_ index: Int) -> [Float] {
        shards[index / shardRows].row(index % shardRows)
    }
}
