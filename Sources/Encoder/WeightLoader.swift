package import AjanCompute
package import AjanSafetensors
import Foundation

/// Reads layers out of a checkpoint: checks shapes and numbers, joins, quantises.
package struct WeightLoader: Sendable {
    package let checkpoint: Checkpoint
    /// What stands before every tensor name of this model (`""`, `"roberta."`, `"bert."`).
    package let prefix: String
    package let format: WeightFormat

    package init(checkpoint: Checkpoint, prefix: String, format: WeightFormat) {
        self.checkpoint = checkpoint
        self.prefix = prefix
        self.format = format
    }

    /// The tensor `name` with exactly `shape`.
    package func tensor(_ name: String, shape: [Int]) throws -> TensorView {
        let tensor = try checkpoint.tensor(prefix + name)
        try tensor.require(shape: shape)
        return tensor
    }

    /// A vector of finite f32 numbers.
    package func vector(_ name: String, count: Int) throws -> [Float] {
        let tensor = try tensor(name, shape: [count])
        try tensor.requireFinite()
        return try tensor.floats().row(0)
    }

    /// A LayerNorm; old checkpoints call its parts gamma and beta.
    package func layerNorm(_ name: String, size: Int, epsilon: Float) throws -> LayerNorm {
        let isOld = checkpoint.contains(prefix + name + ".gamma")
        return LayerNorm(
            weight: try vector(name + (isOld ? ".gamma" : ".weight"), count: size),
            bias: try vector(name + (isOld ? ".beta" : ".bias"), count: size), epsilon: epsilon)
    }

    /// An embedding table that stays in the mapped file.
    package func table(_ name: String, rows: Int, columns: Int) throws -> EmbeddingTable {
        let tensor = try tensor(name, shape: [rows, columns])
        guard tensor.info.type == .i8 else { return try tensor.embeddingTable() }
        let scales = try vector(name + Self.scaleSuffix, count: rows)
        return try tensor.embeddingTable(scales: scales)
    }

    /// One linear layer made of the named parts stacked by output rows.
    ///
    /// - Parameters:
    ///   - names: parts without `.weight` and `.bias`, each `[outputSize, inputSize]`.
    ///   - hasBias: false for a Dense module without bias.
    ///   - largestInputs: as `InputSmoothing` takes them, for weights that are quantised here.
    package func linear(
        _ names: [String], inputSize: Int, outputSize: Int, hasBias: Bool = true,
        largestInputs: [Float]? = nil
    ) throws -> LinearWeights {
        if let packed = try packedLinear(names, inputSize: inputSize, outputSize: outputSize) {
            return packed
        }
        var bias: [Float]?
        if hasBias {
            bias = try names.flatMap { try vector($0 + ".bias", count: outputSize) }
        }
        let parts = try names.map { try tensor($0 + ".weight", shape: [outputSize, inputSize]) }
        if parts.allSatisfy({ $0.info.type == .i8 }) {
            let scales = try names.flatMap {
                try vector($0 + ".weight" + Self.scaleSuffix, count: outputSize)
            }
            return try storedInt8(parts, scales: scales, bias: bias)
        }
        let weight = try stacked(parts)
        switch format {
        case .f32: return LinearWeights(weight: weight, bias: bias)
        case .int8:
            return LinearWeights(
                quantizing: weight, bias: bias,
                smoothing: largestInputs.map {
                    InputSmoothing(largestInputs: $0, weight: weight)
                })
        }
    }

    /// Ends the name of the f32 scales `[rows]` that belong to an int8 tensor `[rows, columns]`.
    package static let scaleSuffix = "_scale"

    private func storedInt8(
        _ parts: [TensorView], scales: [Float], bias: [Float]?
    ) throws -> LinearWeights {
        guard format == .int8 else { throw int8Only }
        return LinearWeights(
            int8Rows: parts.map(\.region), rowsPerPart: parts[0].info.shape[0],
            inputSize: parts[0].info.shape[1], scales: scales, bias: bias)
    }

    private func stacked(_ parts: [TensorView]) throws -> Matrix {
        for part in parts { try part.requireFinite() }
        if parts.count == 1 { return try parts[0].floats() }
        let pieces = try parts.map { try $0.floats() }
        let whole = Matrix(rows: pieces.reduce(0) { $0 + $1.rows }, columns: pieces[0].columns)
        var row = 0
        for piece in pieces {
            whole.rows(row..<row + piece.rows).copy(from: piece)
            row += piece.rows
        }
        return whole
    }
}
