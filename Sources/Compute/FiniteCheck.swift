import AjanCKernels

/// Searches for numbers that must not be there.
package enum FiniteCheck {
    /// Row-major index of the first element that is NaN or infinite, or nil.
    package static func firstNonFinite(in matrix: Matrix) -> Int? {
        for row in 0..<matrix.rows {
            let start = unsafe matrix.pointer + row * matrix.rowStride
            let column = unsafe Kernels.table.first_non_finite_f32(start, matrix.columns)
            if column < matrix.columns { return row * matrix.columns + column }
        }
        return nil
    }

    /// Index of the first NaN or infinity, or nil.
    package static func firstNonFinite(in vector: [Float]) -> Int? {
        let index = unsafe Kernels.table.first_non_finite_f32(vector, vector.count)
        return index < vector.count ? index : nil
    }
}
