import CKernels

/// General matrix products for training, where both factors change from step to step.
package enum MatrixProduct {
    /// `c = op(a) op(b)`, or `c += op(a) op(b)` when `accumulate` is true; op transposes on request.
    ///
    /// Shapes: op(a) is `[m, k]`, op(b) is `[k, n]`, c is `[m, n]`. Work is split over rows of c, so
    /// the number of threads does not change the result.
    package static func multiply(
        _ a: Matrix, transposeA: Bool = false, _ b: Matrix, transposeB: Bool = false,
        into c: Matrix, accumulate: Bool = false, pool: ComputePool? = nil
    ) {
        let (m, k) = transposeA ? (a.columns, a.rows) : (a.rows, a.columns)
        let (inner, n) = transposeB ? (b.columns, b.rows) : (b.rows, b.columns)
        precondition(inner == k && c.rows == m && c.columns == n && c.region.isWritable)
        unsafe ck_gemm_f32(
            a.pointer, transposeA ? 1 : a.rowStride, transposeA ? a.rowStride : 1,
            b.pointer, transposeB ? 1 : b.rowStride, transposeB ? b.rowStride : 1,
            c.pointer, c.rowStride, m, n, k, accumulate ? 1 : 0)
    }
}
