import AjanCompute
package import Foundation

/// The weights of a model: one safetensors file, several with an index, or a PyTorch checkpoint.
///
/// Opening maps the files and reads their headers; tensors are views into the maps, so a checkpoint
/// of any size opens in the time that its header takes. Reading from many tasks at once is safe.
package struct Checkpoint: Sendable {
    /// The files that hold the tensors, in the order of their names.
    package let fileURLs: [URL]
    /// `__metadata__` of a single safetensors file.
    package let metadata: [String: String]
    /// Names of all tensors, sorted by bytes.
    package let names: [String]
    private let tensors: [String: TensorView]

    init(fileURLs: [URL], metadata: [String: String], tensors: [String: TensorView]) {
        self.fileURLs = fileURLs
        self.metadata = metadata
        self.tensors = tensors
        names = tensors.keys.sortedByBytes()
    }

    /// Opens the weights in `folder`.
    ///
    /// Looks for `model.safetensors`, `model.safetensors.index.json`, `pytorch_model.bin` and
    /// `pytorch_model.bin.index.json`, in this order.
    /// - Throws: `CheckpointError.noWeights` when there is none of them, else as `init(file:)`.
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

    /// Opens one file; a name that ends in `.bin`, `.pt` or `.pth` is a PyTorch checkpoint.
    ///
    /// - Throws: `CheckpointError.unreadable` when the system refuses, `.damaged` when the file
    ///   breaks its format, `.refused` for what this reader does not do.
    package init(file: URL) throws(CheckpointError) {
        let mapped: MappedFile
        do {
            mapped = try MappedFile(path: file.path)
        } catch {
            throw .unreadable(error)
        }
        if ["bin", "pt", "pth"].contains(file.pathExtension) {
            let tensors = try PyTorchCheckpoint.tensors(in: mapped)
            self.init(fileURLs: [file], metadata: [:], tensors: tensors)
            return
        }
        let header = try unsafe mapped.withBytes { bytes throws(CheckpointError) in
            try unsafe SafetensorsHeader(bytes, file: file.path)
        }
        var tensors: [String: TensorView] = [:]
        for entry in header.entries {
            tensors[entry.info.name] = TensorView(
                info: entry.info, region: MemoryRegion(file: mapped, range: entry.byteRange),
                file: file.path)
        }
        self.init(fileURLs: [file], metadata: header.metadata, tensors: tensors)
    }

    /// Whether there is a tensor of that name.
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
