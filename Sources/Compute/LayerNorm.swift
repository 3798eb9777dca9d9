import AjanCKernels

/// Layer normalisation over the last axis: `(x - mean) / sqrt(variance + epsilon) * weight + bias`
/// with the population variance.
package struct LayerNorm: Sendable {
    package let weight: [Float]
    package let bias: [Float]
    package let epsilon: Float

    /// `weight` and `bias` have `hiddenSize` numbers; `epsilon` comes from the model configuration.
    package init(weight: [Float], bias: [Float], epsilon: Float) {
        precondition(weight.count == bias.count && !weight.isEmpty)
        self.weight = weight
        self.bias = bias
        self.epsilon = epsilon
    }

    /// Writes the normalised rows of `input` (+ `residual`) into `output`.
    ///
    /// - Parameters:
    ///   - input: `[tokens, hiddenSize]`.
    ///   - residual: added to the input before it is normalised.
    ///   - output: `[tokens, hiddenSize]`; may be `input` or `residual`.
    package func apply(
        to input: Matrix, adding residual: Matrix? = nil, into output: Matrix,
        pool: ComputePool? = nil
    ) {
        precondition(input.columns == weight.count && output.columns == weight.count)
        precondition(input.rows == output.rows && output.region.isWritable)
        precondition(residual.map { $0.rows == input.rows && $0.columns == input.columns } ?? true)
        Parallel.forEach(count: input.rows, grain: 64, pool: pool) { range in
            let first = range.lowerBound
            unsafe weight.withUnsafeBufferPointer { weight in
                unsafe bias.withUnsafeBufferPointer { bias in
                    unsafe Kernels.table.layer_norm_f32(
                        input.pointer + first * input.rowStride, input.rowStride,
                        residual.map { unsafe UnsafePointer($0.pointer + first * $0.rowStride) },
                        residual?.rowStride ?? 0, weight.baseAddress, bias.baseAddress, epsilon,
                        output.pointer + first * output.rowStride, output.rowStride,
                        range.count, input.columns)
                }
            }
        }
    }
}
