import AjanCompute
package import AjanSafetensors
import Foundation

/// How linear layers lie in an int8 folder: each layer is one tensor of bytes, `NAME.packed`, in
/// the form that the kernels read, with scales, sums and bias inside. The factors of its inputs,
/// where it has any, are a tensor `NAME.input_factors` of f32.
///
/// The form is the same on every processor, so the file is mapped and nothing is repacked. Stacked
/// layers (query, key, value) are one tensor, `query_key_value.packed`.
package enum PackedWeights {
    /// The key of `__metadata__` that names the form; a file without it holds no packed layers.
    package static let layoutKey = "ajan.linear_layout"

    /// The key of `__metadata__` for the number of parameters of the model before it was packed,
    /// which the sizes of the packed tensors no longer tell.
    package static let parametersKey = "ajan.parameters"

    /// The value of `layoutKey` in files that this version writes: the layout of the packed bytes,
    /// and that there are factors of the inputs beside them.
    package static let layout = LinearWeights.packedLayoutName(.int8) + "+factors"

    /// The values of `layoutKey` that this version reads; the second is of earlier versions, which
    /// knew no factors.
    static let readableLayouts = [layout, LinearWeights.packedLayoutName(.int8)]

    static let suffix = ".packed"
    static let factorSuffix = ".input_factors"

    /// The name of the layer made of `parts`: `a.query`, `a.key` become `a.query_key`.
    static func name(of parts: [String]) -> String {
        guard let first = parts.first, parts.count > 1 else { return parts.first ?? "" }
        let stem = first.lastIndex(of: ".").map { first[...$0] } ?? ""
        return stem + parts.map { $0.dropFirst(stem.count) }.joined(separator: "_")
    }

    /// `weights` as tensors to be written.
    static func tensors(
        _ parts: [String], _ weights: LinearWeights
    ) -> [SafetensorsWriter.Tensor] {
        let name = name(of: parts)
        let factors = weights.inputFactors.map {
            SafetensorsWriter.Tensor(name + factorSuffix, $0)
        }
        return [packed(name, weights), factors].compactMap(\.self)
    }

    private static func packed(
        _ name: String, _ weights: LinearWeights
    ) -> SafetensorsWriter.Tensor {
        let region = unsafe weights.withPackedBytes { bytes in
            let copy = MemoryRegion(byteCount: bytes.count)
            unsafe copy.withMutableBytes { target in unsafe target.copyMemory(from: bytes) }
            return copy
        }
        return SafetensorsWriter.Tensor(
            info: TensorInfo(name: name + suffix, type: .i8, shape: [region.byteCount]),
            region: region)
    }
}

extension WeightLoader {
    /// The packed layer made of `names`, `[outputSize * names.count, inputSize]`; nil when this
    /// folder holds none of that name.
    ///
    /// - Throws: `EncoderError.weights` for f32, for another form than this version's, for numbers
    ///   beside the weights that cannot be; `CheckpointError.wrongShape`.
    func packedLinear(
        _ names: [String], inputSize: Int, outputSize: Int
    ) throws -> LinearWeights? {
        let layer = PackedWeights.name(of: names)
        let name = layer + PackedWeights.suffix
        guard checkpoint.contains(prefix + name) else { return nil }
        guard format == .int8 else { throw int8Only }
        let found = checkpoint.metadata[PackedWeights.layoutKey] ?? "none"
        guard PackedWeights.readableLayouts.contains(found) else {
            let own = PackedWeights.layout
            throw damaged(
                "its layers are packed as \(quoted: found), this version reads \(quoted: own); "
                    + "run `ajan quantize` again")
        }
        let channels = names.count * outputSize
        let tensor = try tensor(
            name,
            shape: [
                LinearWeights.packedByteCount(
                    outputSize: channels, inputSize: inputSize, precision: .int8)
            ])
        guard tensor.info.type == .i8 else {
            throw damaged(
                "the tensor \(quoted: prefix + name) is \(tensor.info.type.rawValue), not I8")
        }
        let factors = layer + PackedWeights.factorSuffix
        let weights = LinearWeights(
            packed: tensor.region, outputSize: channels, inputSize: inputSize, precision: .int8,
            inputFactors: checkpoint.contains(prefix + factors)
                ? try vector(factors, count: inputSize) : nil)
        if let damage = weights.damage {
            throw damaged("the tensor \(quoted: prefix + name): \(damage)")
        }
        return weights
    }

    /// Whether the layers are rounded already, in either of the forms that `linear` reads.
    var holdsInt8Layers: Bool {
        let first = prefix + LayerNames(index: 0).intermediate
        let stored = try? checkpoint.tensor(first + ".weight")
        return checkpoint.contains(first + PackedWeights.suffix) || stored?.info.type == .i8
    }

    var int8Only: EncoderError {
        damaged(
            "the folder holds int8 weights, which cannot give f32 results; "
                + "use the folder that it was made from, or --precision int8")
    }

    private func damaged(_ problem: String) -> EncoderError {
        .weights(file: checkpoint.fileURLs[0].lastPathComponent, problem: problem)
    }
}

extension Checkpoint {
    /// Numbers that the model is made of; scales of quantised tables do not count.
    package var parameterCount: Int {
        if let stated = metadata[PackedWeights.parametersKey].flatMap(Int.init) { return stated }
        return names.filter { !$0.hasSuffix(WeightLoader.scaleSuffix) }
            .reduce(0) { $0 + ((try? tensor($1).info.elementCount) ?? 0) }
    }
}
