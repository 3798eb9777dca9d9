import AjanCKernels

/// GELU in the erf form and its backward pass.
package enum GELUTraining {
    /// `output = gelu(input)`, dense `[tokens, n]` both.
    package static func forward(_ input: Matrix, into output: Matrix, pool: ComputePool? = nil) {
        precondition(input.isDense && output.isDense && output.region.isWritable)
        precondition(input.rows == output.rows && input.columns == output.columns)
        let columns = input.columns
        Parallel.forEach(count: input.rows, grain: 16, pool: pool) { rows in
            let start = rows.lowerBound * columns
            unsafe Kernels.table.gelu_f32(
                input.pointer + start, output.pointer + start, rows.count * columns)
        }
    }

    /// Overwrites `gradient` (of the result) by that of `input`, computes the result again into
    /// `output`, and adds the column sums of the new gradient to `biasGradient`.
    package static func backward(
        input: Matrix, gradient: Matrix, output: Matrix, biasGradient: Matrix?, sums: PartialSums,
        pool: ComputePool? = nil
    ) {
        precondition(input.isDense && gradient.isDense && output.isDense)
        precondition(gradient.region.isWritable && output.region.isWritable)
        let columns = input.columns
        let partial = sums.reserve(rows: input.rows, columns: columns)
        TrainingKernels.forEachBlock(rows: input.rows, pool: pool) { block, rows in
            let start = rows.lowerBound * columns
            unsafe TrainingKernels.table.gelu_backward_f32(
                input.pointer + start, gradient.pointer + start, output.pointer + start,
                rows.count, columns, partial.pointer + block * columns)
        }
        if let biasGradient { partial.addColumnSums(to: biasGradient) }
    }
}
