import AjanCKernels

/// Pooling: the rows `[tokens, hiddenSize]` of one sequence become one vector.
///
/// No rows give the zero vector, as a clamped token count does.
package enum Pooling {
    /// The mean over the rows.
    package static func mean(of rows: Matrix) -> [Float] {
        sum(of: rows, factor: 1 / Float(Swift.max(rows.rows, 1)))
    }

    /// The sum divided by the square root of the number of rows.
    package static func meanSqrtLength(of rows: Matrix) -> [Float] {
        sum(of: rows, factor: 1 / Float(Swift.max(rows.rows, 1)).squareRoot())
    }

    /// The mean with weights 1, 2, 3, ... (SGPT).
    package static func weightedMean(of rows: Matrix) -> [Float] {
        let count = rows.rows
        let weights = (0..<count).map { Float($0 + 1) }
        let total = Float(count * (count + 1) / 2)
        return sum(of: rows, weights: weights, factor: 1 / Swift.max(total, 1))
    }

    /// The largest number of each column.
    package static func max(of rows: Matrix) -> [Float] {
        guard rows.rows > 0 else { return [Float](repeating: 0, count: rows.columns) }
        return unsafe [Float](unsafeUninitializedCapacity: rows.columns) { buffer, count in
            unsafe Kernels.table.max_rows_f32(
                rows.pointer, rows.rowStride, rows.rows, rows.columns, buffer.baseAddress)
            count = rows.columns
        }
    }

    private static func sum(
        of rows: Matrix, weights: [Float]? = nil, factor: Float
    ) -> [Float] {
        unsafe [Float](unsafeUninitializedCapacity: rows.columns) { buffer, count in
            unsafe Kernels.table.sum_rows_f32(
                rows.pointer, rows.rowStride, weights, rows.rows, rows.columns, factor,
                buffer.baseAddress)
            count = rows.columns
        }
    }
}
