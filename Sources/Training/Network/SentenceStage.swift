import AjanCompute
import AjanEncoder
import Foundation

/// From hidden states to sentence vectors and back: pooling, Dense, normalisation. S sequences.
struct SentenceStage {
    let pooling: PoolingConfiguration.Mode
    let dense: TrainableLinear?
    let activation: Activation
    let normalizes: Bool
    let pool: ComputePool

    /// What the backward pass needs.
    struct Kept {
        /// `[S, hiddenSize]`
        let pooled: Matrix
        /// The vectors before normalisation, `[S, dimensions]`.
        let raw: Matrix
        /// The sentence vectors, `[S, dimensions]`.
        let vectors: Matrix
    }

    func forward(_ hidden: Matrix, batch: PackedBatch) -> Kept {
        let pooled = Matrix(rows: batch.sequenceCount, columns: hidden.columns)
        let mode = PoolingConfiguration(modes: [pooling])
        for index in 0..<batch.sequenceCount {
            let rows = hidden.rows(batch.rows(of: index))
            pooled.setRow(index, to: mode.pool(rows, promptTokens: 0))
        }
        let raw = project(pooled)
        guard normalizes else { return Kept(pooled: pooled, raw: raw, vectors: raw) }
        return Kept(pooled: pooled, raw: raw, vectors: UnitRows(raw).rows)
    }

    /// Writes the gradient of the hidden states, given that of the vectors, and adds up those of
    /// the Dense layer.
    func backward(
        _ gradient: Matrix, kept: Kept, batch: PackedBatch, into hiddenGradient: Matrix,
        sums: PartialSums
    ) {
        let raw = normalizes ? UnitRows(kept.raw).pullBack(gradient) : gradient
        let pooled = backwardProject(raw, kept: kept, sums: sums)
        for index in 0..<batch.sequenceCount {
            let rows = hiddenGradient.rows(batch.rows(of: index))
            guard rows.rows > 0 else { continue }
            switch pooling {
            case .cls:
                rows.clear()
                rows.setRow(0, to: pooled.row(index))
            default:
                let factor = 1 / Float(rows.rows)
                let share = pooled.row(index).map { $0 * factor }
                for row in 0..<rows.rows { rows.setRow(row, to: share) }
            }
        }
    }

    private func project(_ pooled: Matrix) -> Matrix {
        guard let dense else { return pooled }
        let output = Matrix(rows: pooled.rows, columns: dense.weight.rows)
        dense.forward(pooled, into: output, pool: pool)
        if activation == .tanh { output.mapRows { $0.map(Self.tanh) } }
        return output
    }

    /// The gradient of the pooled vectors, given that of the raw ones.
    private func backwardProject(_ gradient: Matrix, kept: Kept, sums: PartialSums) -> Matrix {
        guard let dense else { return gradient }
        let inner = Matrix(rows: gradient.rows, columns: gradient.columns)
        for row in 0..<gradient.rows {
            let slope = gradient.row(row)
            // tanh'(x) = 1 - tanh(x)^2, and raw holds tanh(x)
            let isTanh = activation == .tanh
            inner.setRow(
                row, to: isTanh ? zip(slope, kept.raw.row(row)).map { $0 * (1 - $1 * $1) } : slope)
        }
        dense.backwardWeight(inner, input: kept.pooled, pool: pool)
        if let biasGradient = dense.biasGradient {
            sums.addColumnSums(of: inner, to: biasGradient, pool: pool)
        }
        let pooled = Matrix(rows: gradient.rows, columns: kept.pooled.columns)
        dense.backwardInput(inner, into: pooled, pool: pool)
        return pooled
    }

    /// In f64, so that the conversion to f32 rounds away most of what C libraries make different in
    /// the last bits of `exp`.
    private static func tanh(_ x: Float) -> Float {
        let e = exp(-2 * abs(Double(x)))
        return Float((1 - e) / (1 + e)) * (x < 0 ? -1 : 1)
    }
}
