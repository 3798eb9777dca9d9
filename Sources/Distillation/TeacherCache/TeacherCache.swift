import AjanCompute
import AjanDocuments
package import Foundation

/// The vectors of one corpus part, computed once by the teacher and kept on disk.
///
/// A folder holds `cache.json` (the key), and for each shard `shard-00000.bin` (rows,
/// little-endian) and `shard-00000.json` (its SHA-256), which is written last: a shard without it
/// does not count. Everything is written beside and renamed. Processes share the work by claims,
/// and one that is killed at any moment leaves nothing that the next one would have to trust.
package struct TeacherCache: Sendable {
    package let folder: URL
    package let key: TeacherCacheKey

    /// What a shard's sidecar says.
    struct Sidecar: Codable, Equatable {
        let rows: Int
        let sha256: String
    }

    private static let manifestName = "cache.json"
    /// Bytes of a manifest or a sidecar at most.
    private static let textByteCountMax = 1 << 20

    /// Opens the cache in `folder`, or begins it.
    ///
    /// - Throws: `DistillationError.cache` when the folder holds a cache of another key, which is
    ///   neither used nor changed; `.file` when the folder cannot be made; `AtomicFileError` when
    ///   it cannot be written.
    package init(folder: URL, key: TeacherCacheKey) throws {
        self.folder = folder
        self.key = key
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        } catch {
            throw DistillationError.file(path: folder.path, problem: "the folder cannot be made")
        }
        let claim = try FileLock(folder.appendingPathComponent("open.claim"), waits: true)
        defer { claim?.removeFile() }
        let manifest = folder.appendingPathComponent(Self.manifestName)
        if let data = try? RegularFile.read(manifest, upTo: Self.textByteCountMax) {
            guard let found = try? JSONDecoder().decode(TeacherCacheKey.self, from: data) else {
                throw refuse("cache.json is damaged; remove the folder and run again")
            }
            if let difference = key.difference(from: found) {
                throw refuse("\(difference); give cache.folder another place, or remove this one")
            }
        } else {
            try JSONFile.write(key, to: manifest)
        }
        removeLeftovers(of: Self.manifestName)
    }

    private func refuse(_ problem: String) -> DistillationError {
        .cache(folder: folder.path, problem: problem)
    }

    // MARK: Shards

    func shardFile(_ index: Int) -> URL { folder.appendingPathComponent(shardName(index, "bin")) }
    func claimFile(_ index: Int) -> URL { folder.appendingPathComponent(shardName(index, "claim")) }
    private func sidecarFile(_ index: Int) -> URL {
        folder.appendingPathComponent(shardName(index, "json"))
    }

    private func shardName(_ index: Int, _ kind: String) -> String {
        let number = String(index)
        return "shard-" + String(repeating: "0", count: max(0, 5 - number.count)) + number
            + ".\(kind)"
    }

    /// Whether shard `index` is there with the size that it must have.
    func isComplete(_ index: Int) -> Bool {
        guard let sidecar = sidecar(index), sidecar.rows == key.range(ofShard: index).count else {
            return false
        }
        let size = try? FileManager.default.attributesOfItem(atPath: shardFile(index).path)[.size]
        return size as? Int == byteCount(ofShard: index)
    }

    /// Whether the bytes of shard `index` are those that its sidecar names.
    func isSound(_ index: Int) throws -> Bool {
        guard isComplete(index), let sidecar = sidecar(index) else { return false }
        return try FileDigest.sha256(of: shardFile(index)) == sidecar.sha256
    }

    /// Writes shard `index`; the caller holds its claim.
    func write(_ vectors: [[Float]], toShard index: Int) throws {
        precondition(vectors.count == key.range(ofShard: index).count, "a shard is written whole")
        let format: NumberFormat = key.rows == .f16 ? .f16 : .f32
        removeLeftovers(of: shardName(index, "bin"))
        removeLeftovers(of: shardName(index, "json"))
        try AtomicFile.write(to: shardFile(index)) { handle in
            for vector in vectors {
                let bytes = NumberConversion.bytes(of: vector, format: format)
                try handle.write(contentsOf: Data(bytes))
            }
        }
        let sidecar = Sidecar(
            rows: vectors.count, sha256: try FileDigest.sha256(of: shardFile(index)))
        try JSONFile.write(sidecar, to: sidecarFile(index))
    }

    /// Forgets shard `index`; the caller holds its claim.
    func remove(_ index: Int) {
        try? FileManager.default.removeItem(at: sidecarFile(index))
        try? FileManager.default.removeItem(at: shardFile(index))
    }

    func byteCount(ofShard index: Int) -> Int {
        key.range(ofShard: index).count * key.dimensions * key.rows.byteCount
    }

    private func sidecar(_ index: Int) -> Sidecar? {
        let data = try? RegularFile.read(sidecarFile(index), upTo: Self.textByteCountMax)
        return data.flatMap { try? JSONDecoder().decode(Sidecar.self, from: $0) }
    }

    // MARK: Files

    /// Removes what a killed process left of the file `name`.
    private func removeLeftovers(of name: String) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        for leftover in names where leftover.hasPrefix(".\(name).partial-") {
            try? FileManager.default.removeItem(at: folder.appendingPathComponent(leftover))
        }
    }
}
