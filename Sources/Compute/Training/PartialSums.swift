import AjanCKernels

/// Memory for sums over rows: one row per block of rows, added up in order afterwards.
// SAFETY: belongs to one computation at a time, as a Workspace does.
package final class PartialSums: @unchecked Sendable {
    private var memory = Matrix(rows: 1, columns: 0)

    package init() {}

    /// One row of `columns` numbers for every block of `rows`.
    func reserve(rows: Int, columns: Int) -> Matrix {
        let blocks = TrainingKernels.blockCount(rows: rows)
        if memory.columns < blocks * columns {
            memory = Matrix(rows: 1, columns: blocks * columns)
        }
        return memory.view(at: 0, rows: blocks, columns: columns)
    }

    /// Adds the sum of every column of `rows` to `result` `[1, columns]`.
    package func addColumnSums(of rows: Matrix, to result: Matrix, pool: ComputePool? = nil) {
        let partial = reserve(rows: rows.rows, columns: rows.columns)
        TrainingKernels.forEachBlock(rows: rows.rows, pool: pool) { block, range in
            unsafe Kernels.table.sum_rows_f32(
                rows.pointer + range.lowerBound * rows.rowStride, rows.rowStride, nil,
                range.count, rows.columns, 1, partial.pointer + block * partial.rowStride)
        }
        partial.addColumnSums(to: result)
    }
}

extension Matrix {
    /// Adds the rows, in order, to `result` `[1, columns]`.
    func addColumnSums(to result: Matrix) {
        precondition(result.rows == 1 && result.columns == columns && result.region.isWritable)
        for row in 0..<rows {
            unsafe Kernels.table.add_f32(pointer + row * rowStride, result.pointer, columns)
        }
    }
}
