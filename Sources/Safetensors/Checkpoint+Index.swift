import AjanCompute
import AjanJSON
package import Foundation

extension Checkpoint {
    /// Largest index that is read, in bytes; an index of a thousand tensors has about 100 kB.
    private static let indexByteCountMax = 64 << 20

    /// Opens the shards that the index of a split checkpoint names; only the tensors that the index
    /// lists can be had.
    ///
    /// - Throws: `CheckpointError.refused` for a shard outside the folder of the index,
    ///   `.missingShard`, `.damaged` when a shard lacks a tensor; else as `init(file:)`.
    package init(index: URL) throws(CheckpointError) {
        let map = try Self.weightMap(of: index)
        let folder = index.deletingLastPathComponent()
        var shards: [String: Checkpoint] = [:]
        let shardNames = Set(map.values).sortedByBytes()
        for name in shardNames {
            let file = folder.appendingPathComponent(name)
            guard FileManager.default.fileExists(atPath: file.path) else {
                throw .missingShard(index: index.path, shard: name)
            }
            shards[name] = try Checkpoint(file: file)
        }
        var tensors: [String: TensorView] = [:]
        for name in map.keys.sortedByBytes() {
            guard let shard = map[name], let checkpoint = shards[shard],
                checkpoint.contains(name)
            else {
                throw .damaged(
                    file: index.path,
                    problem: "it places the tensor \(quoted: name) in "
                        + "\(quoted: map[name] ?? ""), which does not hold it")
            }
            tensors[name] = try checkpoint.tensor(name)
        }
        self.init(
            fileURLs: shardNames.map { folder.appendingPathComponent($0) }, metadata: [:],
            tensors: tensors)
    }

    /// `weight_map`: the shard that each tensor is in.
    private static func weightMap(of index: URL) throws(CheckpointError) -> [String: String] {
        var map: [String: String] = [:]
        let json = try text(of: index)
        do throws(JSONScanner.Problem) {
            try JSONScanner.read(json) { (scanner) throws(JSONScanner.Problem) in
                try scanner.object { (scanner, name) throws(JSONScanner.Problem) in
                    if name == "weight_map" {
                        map = try scanner.strings()
                    } else {
                        try scanner.skipValue()
                    }
                }
            }
        } catch {
            throw .damaged(file: index.path, problem: "at byte \(error.byte): \(error.problem)")
        }
        guard !map.isEmpty else {
            throw .damaged(file: index.path, problem: "it has no weight_map, or an empty one")
        }
        for shard in map.values.sortedByBytes() where !isPlainFileName(shard) {
            throw .refused(
                file: index.path,
                problem: "the shard \(quoted: shard) is not a plain file name in the same folder")
        }
        return map
    }

    private static func text(of index: URL) throws(CheckpointError) -> [UInt8] {
        let file: MappedFile
        do {
            file = try MappedFile(path: index.path)
        } catch {
            throw .unreadable(error)
        }
        guard file.byteCount <= indexByteCountMax else {
            throw .damaged(
                file: index.path,
                problem: "it has \(file.byteCount) bytes, the limit is \(indexByteCountMax)")
        }
        return unsafe file.withBytes { unsafe Array($0) }
    }

    private static func isPlainFileName(_ name: String) -> Bool {
        let forbidden: Set<UInt8> = [0, UInt8(ascii: "/"), UInt8(ascii: "\\")]
        return !name.isEmpty && !name.hasPrefix(".")
            && !name.utf8.contains(where: forbidden.contains)
    }
}
