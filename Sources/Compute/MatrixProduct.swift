import CKernels

/// General matrix products for training, where both factors change from step to step.
package enum MatrixProduct {
    /// Columns of b that are packed at once: bounds the packing buffer to `columnBlock * k` floats.
    private static let columnBlock = 1_024
    /// Length of the reduction that one pass covers, a multiple of `CK_CHAIN`: sums go on from c,
    /// so bits do not depend on it.
    private static let depthBlock = 512

    /// `c = op(a) op(b)`, or `c += op(a) op(b)` when `accumulate` is true; op transposes on
    /// request.
    ///
    /// Shapes: op(a) is `[m, k]`, op(b) is `[k, n]`, c is `[m, n]`; c overlaps neither. Work is
    /// split over tiles of c, never along k, so the number of threads does not change the result.
    /// `bias` `[1, n]` is added to every row; not together with `accumulate`.
    package static func multiply(
        _ a: Matrix, transposeA: Bool = false, _ b: Matrix, transposeB: Bool = false,
        into c: Matrix, accumulate: Bool = false, bias: Matrix? = nil, pool: ComputePool? = nil
    ) {
        precondition(bias == nil || (!accumulate && bias?.columns == c.columns))
        let (m, k) = transposeA ? (a.columns, a.rows) : (a.rows, a.columns)
        let (inner, n) = transposeB ? (b.columns, b.rows) : (b.rows, b.columns)
        precondition(inner == k && c.rows == m && c.columns == n && c.region.isWritable)
        let packed = UnsafeMutablePointer<Float>.allocate(
            capacity: max(1, min(k, depthBlock) * (min(n, columnBlock) + Int(CK_PANEL))))
        defer { unsafe packed.deallocate() }
        for column in stride(from: 0, to: n, by: columnBlock) {
            let columns = column..<min(column + columnBlock, n)
            for depth in stride(from: 0, to: max(k, 1), by: depthBlock) {
                let depths = depth..<min(depth + depthBlock, k)
                unsafe pack(b, transposed: transposeB, columns, depths, into: packed, pool: pool)
                unsafe compute(
                    a, transposed: transposeA, depths, packed, into: c.columns(columns),
                    accumulate: accumulate || depth > 0,
                    bias: depth > 0 ? nil : bias?.columns(columns), pool: pool)
            }
        }
    }

    private static func pack(
        _ b: Matrix, transposed: Bool, _ columns: Range<Int>, _ depths: Range<Int>,
        into packed: UnsafeMutablePointer<Float>, pool: ComputePool?
    ) {
        let (columnStep, depthStep) = transposed ? (b.rowStride, 1) : (1, b.rowStride)
        let panel = Int(CK_PANEL)
        nonisolated(unsafe) let target = unsafe packed  // SAFETY: panels are disjoint.
        let panels = (columns.count + panel - 1) / panel
        Parallel.forEach(count: panels, grain: 8, pool: pool) { range in
            let last = min(range.upperBound * panel, columns.count)
            unsafe ck_pack_f32(
                b.pointer + columns.lowerBound * columnStep + depths.lowerBound * depthStep,
                columnStep, depthStep, range.lowerBound * panel, last, depths.count, target)
        }
    }

    private static func compute(
        _ a: Matrix, transposed: Bool, _ depths: Range<Int>,
        _ packed: UnsafeMutablePointer<Float>, into c: Matrix, accumulate: Bool, bias: Matrix?,
        pool: ComputePool?
    ) {
        let (rowStep, depthStep) = transposed ? (1, a.rowStride) : (a.rowStride, 1)
        let store = unsafe ck_store(
            y: c.pointer, ldy: c.rowStride, bias: bias.map { unsafe UnsafePointer($0.pointer) },
            residual: nil, ldr: 0,
            activation: Int32(CK_IDENTITY))
        nonisolated(unsafe) let arguments = unsafe ck_linear_f32_args(
            x: a.pointer + depths.lowerBound * depthStep, x_row: rowStep, x_column: depthStep,
            panels: packed, panel_stride: depths.count * Int(CK_PANEL), n: c.columns,
            k: depths.count, accumulate: accumulate ? 1 : 0, store: store)
        unsafe LinearTiles.run(
            rows: c.rows, columns: c.columns, depth: depths.count,
            rowBlock: unsafe TrainingKernels.table.product_rows, pool: pool
        ) { rows, columns, scratch in
            // SAFETY: tiles write disjoint parts of c and only read the rest.
            unsafe withUnsafePointer(to: arguments) { arguments in
                unsafe TrainingKernels.table.product_f32(
                    arguments, rows.lowerBound, rows.upperBound,
                    columns.lowerBound, columns.upperBound, scratch)
            }
        }
    }
}
