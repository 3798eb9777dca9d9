import Compute
package import Foundation

/// The weights of a model: one safetensors file, several with an index, or a PyTorch checkpoint.
///
/// Opening maps the files and reads their headers; tensors are views into the maps.
package struct Checkpoint: Sendable {
    /// The files that hold the tensors, in the order of their names.
    package let fileURLs: [URL]
    /// `__metadata__` of a single safetensors file.
    package let metadata: [String: String]
    private let tensors: [String: TensorView]

    private static let indexLimit = 64 << 20

    /// Opens the weights in `folder`.
    ///
    /// Looks for `model.safetensors`, `model.safetensors.index.json`, `pytorch_model.bin` and
    /// `pytorch_model.bin.index.json`, in this order.
    package init(folder: URL) throws(CheckpointError) {
        let names = ["model.safetensors", "pytorch_model.bin"]
        for name in names {
            let file = folder.appendingPathComponent(name)
            if FileManager.default.fileExists(atPath: file.path) {
                self = try Checkpoint(file: file)
                return
            }
            let index = folder.appendingPathComponent(name + ".index.json")
            if FileManager.default.fileExists(atPath: index.path) {
                self = try Checkpoint(index: index)
                return
            }
        }
        throw .noWeights(folder: folder.path, looked: names.flatMap { [$0, $0 + ".index.json"] })
    }

    /// Opens one file; a name that ends in `.bin` or `.pt` is a PyTorch checkpoint.
    package init(file: URL) throws(CheckpointError) {
        let mapped: MappedFile
        do {
            mapped = try MappedFile(path: file.path)
        } catch {
            throw .unreadable(file: file.path, problem: error.description)
        }
        if ["bin", "pt", "pth"].contains(file.pathExtension) {
            tensors = try PyTorchCheckpoint.tensors(in: mapped)
            metadata = [:]
        } else {
            let header = try unsafe mapped.withBytes { bytes throws(CheckpointError) in
                try unsafe SafetensorsHeader(bytes, file: file.path)
            }
            tensors = header.entries.mapValues { entry in
                TensorView(
                    info: entry.info, region: MemoryRegion(file: mapped, range: entry.byteRange),
                    file: file.path)
            }
            metadata = header.metadata
        }
        fileURLs = [file]
    }

    /// Opens the shards that an index names.
    private init(index: URL) throws(CheckpointError) {
        let map = try Self.weightMap(of: index)
        let folder = index.deletingLastPathComponent()
        var shards: [String: Checkpoint] = [:]
        for name in Set(map.values).sorted() {
            shards[name] = try Checkpoint(file: folder.appendingPathComponent(name))
        }
        var tensors: [String: TensorView] = [:]
        for (tensor, shard) in map {
            guard let view = shards[shard]?.tensors[tensor] else {
                throw .damaged(
                    file: index.path, problem: "it places the tensor '\(tensor)' in \(shard), "
                        + "which does not hold it")
            }
            tensors[tensor] = view
        }
        self.tensors = tensors
        metadata = [:]
        fileURLs = Set(map.values).sorted().map { folder.appendingPathComponent($0) }
    }

    private static func weightMap(of index: URL) throws(CheckpointError) -> [String: String] {
        guard let handle = try? FileHandle(forReadingFrom: index),
            let data = try? handle.read(upToCount: indexLimit + 1), data.count <= indexLimit
        else { throw .unreadable(file: index.path, problem: "the index cannot be read") }
        guard JSONDepth.isWithin(8, data),
            let object = try? JSONSerialization.jsonObject(with: data) as? [String: Any],
            let map = object["weight_map"] as? [String: String], !map.isEmpty
        else { throw .damaged(file: index.path, problem: "it has no weight_map") }
        for shard in map.values where shard.contains("/") || shard.hasPrefix(".") {
            throw .refused(file: index.path, problem: "the shard '\(shard)' lies outside the folder")
        }
        return map
    }

    /// Names of all tensors, sorted by bytes.
    package var names: [String] {
        tensors.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    package func contains(_ name: String) -> Bool { tensors[name] != nil }

    /// - Throws: `CheckpointError.missingTensor`.
    package func tensor(_ name: String) throws(CheckpointError) -> TensorView {
        guard let tensor = tensors[name] else {
            throw .missingTensor(file: fileURLs[0].path, name: name)
        }
        return tensor
    }

    /// What stands before `name` in this file: exported models put their encoder under a name of
    /// its own (`roberta.`, `bert.`, `0.auto_model.`).
    ///
    /// - Throws: `CheckpointError.missingTensor` when no tensor ends in `name`.
    package func prefix(of name: String) throws(CheckpointError) -> String {
        let matches = names.filter { $0 == name || $0.hasSuffix("." + name) }
        guard let shortest = matches.min(by: { $0.utf8.count < $1.utf8.count }) else {
            throw .missingTensor(file: fileURLs[0].path, name: name)
        }
        return String(shortest.dropLast(name.count))
    }
}
