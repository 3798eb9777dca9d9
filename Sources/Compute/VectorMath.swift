import AjanCKernels

/// Arithmetic on single vectors and on the rows of a matrix.
package enum VectorMath {
    /// Divides each row of `matrix` by `max(its L2 norm, epsilon)`, in place.
    package static func normalize(_ matrix: Matrix, epsilon: Float = 1e-12) {
        precondition(matrix.region.isWritable)
        for row in 0..<matrix.rows {
            let start = unsafe matrix.pointer + row * matrix.rowStride
            let norm = unsafe Kernels.table.dot_f32(start, start, matrix.columns).squareRoot()
            unsafe Kernels.table.scale_f32(start, 1 / max(norm, epsilon), start, matrix.columns)
        }
    }

    /// Divides `vector` by `max(its L2 norm, epsilon)`.
    ///
    /// - Returns: the norm. The vector has length 1 only when it is finite and `epsilon` or more:
    ///   squares of large numbers overflow, those of small ones vanish.
    @discardableResult
    package static func normalize(_ vector: inout [Float], epsilon: Float = 1e-12) -> Float {
        let norm = dot(vector, vector).squareRoot()
        let factor = 1 / max(norm, epsilon)
        unsafe vector.withUnsafeMutableBufferPointer { buffer in
            unsafe Kernels.table.scale_f32(
                buffer.baseAddress, factor, buffer.baseAddress, buffer.count)
        }
        return norm
    }

    /// Sum of `a[i] * b[i]`.
    package static func dot(_ a: [Float], _ b: [Float]) -> Float {
        precondition(a.count == b.count, "a dot product of \(a.count) and \(b.count) numbers")
        return unsafe Kernels.table.dot_f32(a, b, a.count)
    }

    /// Dot products of `query` with every row of `rows`; one number per row.
    package static func dots(_ query: [Float], rows: Matrix) -> [Float] {
        precondition(query.count == rows.columns)
        return (0..<rows.rows).map { row in
            unsafe Kernels.table.dot_f32(query, rows.pointer + row * rows.rowStride, rows.columns)
        }
    }

    /// The weighted mean of `vectors`: `sum(weight * vector) / sum(weight)`.
    package static func weightedMean(of vectors: [[Float]], weights: [Float]) -> [Float] {
        precondition(vectors.count == weights.count && !vectors.isEmpty)
        let rows = Matrix(rows: vectors.count, columns: vectors[0].count)
        for (index, vector) in vectors.enumerated() { rows.setRow(index, to: vector) }
        let total = weights.reduce(0, +)
        return unsafe [Float](unsafeUninitializedCapacity: rows.columns) { buffer, count in
            unsafe Kernels.table.sum_rows_f32(
                rows.pointer, rows.rowStride, weights, rows.rows, rows.columns, 1 / total,
                buffer.baseAddress)
            count = rows.columns
        }
    }

    /// Whether `vector` holds neither NaN nor infinity.
    package static func isFinite(_ vector: [Float]) -> Bool {
        FiniteCheck.firstNonFinite(in: vector) == nil
    }
}
