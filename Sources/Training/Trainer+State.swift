import AjanCompute
import AjanEncoder
import AjanSafetensors
package import Foundation

/// The whole state of a run in one safetensors file: parameters, moments, counters. The file holds
/// moments only of the rows of the word table that have any.
extension Trainer {
    private enum Names {
        static let format = "ajan.training.format"
        static let step = "ajan.training.step"
        static let configuration = "ajan.training.configuration"
        static let own = [format, step, configuration]
        static let firstMoments = "optimizer.exp_avg"
        static let secondMoments = "optimizer.exp_avg_sq"
        static let wordIDs = "optimizer.words.ids"
        static let wordFirstMoments = "optimizer.words.exp_avg"
        static let wordSecondMoments = "optimizer.words.exp_avg_sq"
    }

    private static let formatVersion = "1"
    /// More steps than any run has.
    private static let stepMax = Int(Int32.max)

    /// Writes parameters, moments and counters to `file`: beside it first, synced, then renamed.
    ///
    /// - Parameter metadata: goes into the file beside the trainer's own; `restore` returns it.
    package func save(to file: URL, metadata: [String: String] = [:]) throws {
        try synchronize()
        let moments = try backend.moments()
        var tensors = student.layout.parameters.map { parameter in
            SafetensorsWriter.Tensor(
                parameter.name, student.matrix(parameter), shape: parameter.shape)
        }
        tensors.append(.init(Names.firstMoments, moments.first))
        tensors.append(.init(Names.secondMoments, moments.second))
        if let words = moments.words {
            tensors.append(try Self.tensor(of: words.ids))
            tensors.append(.init(Names.wordFirstMoments, words.first))
            tensors.append(.init(Names.wordSecondMoments, words.second))
        }
        var all = metadata
        all[Names.format] = Self.formatVersion
        all[Names.step] = String(stepCount)
        all[Names.configuration] = try configurationText()
        try SafetensorsWriter.write(tensors, metadata: all, to: file)
    }

    /// Goes on where `file`, which `save` wrote, left off.
    ///
    /// - Returns: the metadata given to `save`.
    /// - Throws: `TrainingError.state` when the file belongs to another configuration or is none of
    ///   ours; `CheckpointError` when it is damaged or belongs to another student.
    package func restore(from file: URL) throws -> [String: String] {
        let checkpoint = try Checkpoint(file: file)
        let step = try check(checkpoint.metadata, file: file.path)
        let parameters = try student.layout.parameters.map { parameter in
            try Self.floats(checkpoint, parameter.name, shape: parameter.shape)
        }
        let count = student.layout.count - student.layout.denseStart
        let moments = OptimizerMoments(
            first: try Self.floats(checkpoint, Names.firstMoments, shape: [1, count]),
            second: try Self.floats(checkpoint, Names.secondMoments, shape: [1, count]),
            words: configuration.frozen.embeddings
                ? nil : try wordMoments(checkpoint, file: file.path))
        // Everything is checked: only now anything changes.
        for (parameter, values) in zip(student.layout.parameters, parameters) {
            student.matrix(parameter).copy(from: values)
        }
        stepCount = step
        try backend.restore(moments, step: step)
        return checkpoint.metadata.filter { !Names.own.contains($0.key) }
    }

    /// The step of a state that fits this trainer.
    private func check(_ metadata: [String: String], file: String) throws -> Int {
        guard metadata[Names.format] == Self.formatVersion,
            let step = metadata[Names.step].flatMap({ Int($0) }), (0...Self.stepMax).contains(step)
        else {
            throw TrainingError.state(file: file, problem: "this is no training state of version 1")
        }
        let own = try configurationText()
        guard metadata[Names.configuration] == own else {
            throw TrainingError.state(
                file: file,
                problem: "the run was started with other settings: "
                    + "\(metadata[Names.configuration] ?? "none"), now \(own)")
        }
        return step
    }

    private func configurationText() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return String(decoding: try encoder.encode(configuration), as: UTF8.self)
    }

    private static func floats(
        _ checkpoint: Checkpoint, _ name: String, shape: [Int]
    ) throws -> Matrix {
        let tensor = try checkpoint.tensor(name)
        try tensor.require(shape: shape)
        try tensor.requireFinite()
        return try tensor.floats()
    }

    private func wordMoments(
        _ checkpoint: Checkpoint, file: String
    ) throws -> OptimizerMoments.Words {
        let encoder = student.configuration.encoder
        let ids = try Self.integers(checkpoint.tensor(Names.wordIDs), file: file)
        let isRising = zip(ids, ids.dropFirst()).allSatisfy { $0 < $1 }
        let isKnown = ids.allSatisfy { $0 >= 0 && $0 < encoder.vocabularySize }
        guard isRising, isKnown else {
            throw TrainingError.state(file: file, problem: "the word ids of moments are damaged")
        }
        let shape = [ids.count, encoder.hiddenSize]
        return OptimizerMoments.Words(
            ids: ids, first: try Self.floats(checkpoint, Names.wordFirstMoments, shape: shape),
            second: try Self.floats(checkpoint, Names.wordSecondMoments, shape: shape))
    }

    private static func tensor(of ids: [Int32]) throws -> SafetensorsWriter.Tensor {
        let region = MemoryRegion(byteCount: ids.count * MemoryLayout<Int32>.stride)
        unsafe region.withMutableBytes { bytes in
            for (index, id) in ids.enumerated() {
                unsafe bytes.storeBytes(
                    of: id.littleEndian, toByteOffset: index * MemoryLayout<Int32>.stride,
                    as: Int32.self)
            }
        }
        return SafetensorsWriter.Tensor(
            info: TensorInfo(name: Names.wordIDs, type: .i32, shape: [ids.count]), region: region)
    }

    private static func integers(_ tensor: TensorView, file: String) throws -> [Int32] {
        guard tensor.info.type == .i32, tensor.info.shape.count == 1 else {
            throw TrainingError.state(file: file, problem: "the word ids of moments are damaged")
        }
        return unsafe tensor.region.withBytes { bytes in
            (0..<tensor.info.elementCount).map { index in
                Int32(
                    littleEndian: unsafe bytes.loadUnaligned(
                        fromByteOffset: index * MemoryLayout<Int32>.stride, as: Int32.self))
            }
        }
    }
}
