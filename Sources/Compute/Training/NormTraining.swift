import AjanCKernels

/// `LayerNorm(dropout(x) + residual)` and its backward pass.
package enum NormTraining {
    /// What the forward pass keeps: the normalised rows and one number per row. The result itself
    /// is not kept, `output(of:)` computes it again.
    package struct Saved: Sendable {
        /// `[tokens, n]`, before weight and bias.
        package let normalized: Matrix
        /// `1 / sqrt(variance + epsilon)` per token, `[1, tokens]`.
        package let inverse: Matrix

        package init(normalized: Matrix, inverse: Matrix) {
            precondition(inverse.columns >= normalized.rows)
            self.normalized = normalized
            self.inverse = inverse
        }
    }

    /// Weight and bias, `[1, n]` each; or their gradients.
    package struct Parameters: Sendable {
        package let weight: Matrix
        package let bias: Matrix

        package init(weight: Matrix, bias: Matrix) {
            self.weight = weight
            self.bias = bias
        }
    }

    /// Writes the result into `output` (which may be `input` or `residual`) and what the backward
    /// pass needs into `saved`.
    package static func forward(
        _ input: Matrix, residual: Matrix?, parameters: Parameters, epsilon: Float,
        dropout: Dropout, places: TokenPlaces, saved: Saved, into output: Matrix,
        pool: ComputePool? = nil
    ) {
        precondition(saved.normalized.isDense && output.isDense && output.region.isWritable)
        precondition(input.rows == output.rows && input.rows == saved.normalized.rows)
        TrainingKernels.forEachBlock(rows: input.rows, pool: pool) { _, rows in
            unsafe dropout.withKernelForm(places) { dropout in
                var arguments = unsafe ck_norm_forward_args(
                    x: input.pointer, residual: residual.map { unsafe UnsafePointer($0.pointer) },
                    ldx: input.rowStride, ldr: residual?.rowStride ?? 0,
                    gamma: parameters.weight.pointer, beta: parameters.bias.pointer,
                    epsilon: epsilon, normalized: saved.normalized.pointer,
                    inverse: saved.inverse.pointer, y: output.pointer, n: input.columns,
                    dropout: dropout)
                unsafe TrainingKernels.table.norm_forward_f32(
                    &arguments, rows.lowerBound, rows.upperBound)
            }
        }
    }

    /// Computes the result of `forward` again.
    package static func output(
        of saved: Saved, parameters: Parameters, into output: Matrix, pool: ComputePool? = nil
    ) {
        precondition(saved.normalized.isDense && output.isDense && output.region.isWritable)
        let columns = output.columns
        TrainingKernels.forEachBlock(rows: output.rows, pool: pool) { _, rows in
            let start = rows.lowerBound * columns
            unsafe TrainingKernels.table.affine_f32(
                saved.normalized.pointer + start, parameters.weight.pointer,
                parameters.bias.pointer, output.pointer + start, rows.count, columns)
        }
    }

    /// The gradients of residual, input, parameters and a bias inside the input.
    ///
    /// - Parameters:
    ///   - gradient: of the result on entry, of the residual on return, `[tokens, n]`.
    ///   - inputGradient: gets that of the input; other memory. Without dropout both are equal and
    ///     nothing is written here.
    ///   - parameterGradients: are added to, as is `biasGradient` (`[1, n]`), which belongs to the
    ///     linear layer that made the input.
    /// - Returns: the gradient of the input: `inputGradient`, or `gradient` without dropout.
    package static func backward(
        _ gradient: Matrix, saved: Saved, weight: Matrix, dropout: Dropout, places: TokenPlaces,
        inputGradient: Matrix, parameterGradients: Parameters?, biasGradient: Matrix?,
        sums: PartialSums, pool: ComputePool? = nil
    ) -> Matrix {
        precondition(gradient.isDense && saved.normalized.isDense && inputGradient.isDense)
        let columns = gradient.columns
        let partial = sums.reserve(rows: gradient.rows, columns: 3 * columns)
        TrainingKernels.forEachBlock(rows: gradient.rows, pool: pool) { block, rows in
            unsafe dropout.withKernelForm(places) { dropout in
                var arguments = unsafe ck_norm_backward_args(
                    dy: gradient.pointer, normalized: saved.normalized.pointer,
                    inverse: saved.inverse.pointer, gamma: weight.pointer,
                    ds: gradient.pointer, dx: inputGradient.pointer, n: columns, dropout: dropout)
                unsafe TrainingKernels.table.norm_backward_f32(
                    &arguments, rows.lowerBound, rows.upperBound,
                    partial.pointer + block * partial.rowStride)
            }
        }
        if let parameterGradients {
            partial.columns(0..<columns).addColumnSums(to: parameterGradients.weight)
            partial.columns(columns..<2 * columns).addColumnSums(to: parameterGradients.bias)
        }
        if let biasGradient {
            partial.columns(2 * columns..<3 * columns).addColumnSums(to: biasGradient)
        }
        return dropout.threshold == 0 ? gradient : inputGradient
    }
}
