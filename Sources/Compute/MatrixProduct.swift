import AjanCKernels

/// General matrix products for training, where both factors change from step to step.
package enum MatrixProduct {
    /// Numbers of b that are packed at once (24 MB). When b has more, it is packed part by part
    /// along k, and the product of each part is added to c.
    private static let packedCount = 6 << 20
    /// Bounds of the rows of a tile. Every tile reads all of packed b, so few rows waste reading;
    /// with too many there is less to share among the threads.
    private static let (leastRows, mostRows) = (96, 192)
    /// What a tile takes of the reduction at once; a multiple of `CK_CHAIN`, so it changes no bit.
    private static let depthUnit = 512

    /// `c = op(a) op(b)`, or `c += op(a) op(b)` when `accumulate` is true; op transposes on
    /// request.
    ///
    /// Shapes: op(a) is `[m, k]`, op(b) is `[k, n]`, c is `[m, n]`; c overlaps neither. Work is
    /// split over tiles of c, never along k, so the number of threads does not change the result.
    /// `bias` `[1, n]` is added to every row; not together with `accumulate`. `precision` rounds
    /// the factors first.
    package static func multiply(
        _ a: Matrix, transposeA: Bool = false, _ b: Matrix, transposeB: Bool = false,
        into c: Matrix, accumulate: Bool = false, bias: Matrix? = nil,
        precision: ProductPrecision = .f32, pool: ComputePool? = nil
    ) {
        precondition(bias == nil || (!accumulate && bias?.columns == c.columns))
        let (m, k) = transposeA ? (a.columns, a.rows) : (a.rows, a.columns)
        let (inner, n) = transposeB ? (b.columns, b.rows) : (b.rows, b.columns)
        precondition(inner == k && c.rows == m && c.columns == n && c.region.isWritable)
        if precision == .bf16 {
            let multiply = hasFastBF16 ? multiplyBF16 : multiplyRounded
            return multiply(a, transposeA, b, transposeB, c, accumulate, bias, pool)
        }
        let width = (n + Int(CK_PANEL) - 1) / Int(CK_PANEL) * Int(CK_PANEL)
        let most = max(1, packedCount / max(1, width) / depthUnit) * depthUnit
        let packed = UnsafeMutablePointer<Float>.allocate(capacity: max(1, min(k, most) * width))
        defer { unsafe packed.deallocate() }
        for depth in stride(from: 0, to: max(k, 1), by: most) {
            let depths = depth..<min(depth + most, k)
            unsafe pack(b, transposed: transposeB, depths, into: packed, pool: pool)
            unsafe compute(
                a, transposed: transposeA, depths, packed, into: c,
                accumulate: accumulate || depth > 0, bias: depth > 0 ? nil : bias, pool: pool)
        }
    }

    /// Rows of a tile, whole blocks: four tiles per thread, so that a thread that is held back
    /// keeps the others waiting less.
    static func tileRows(_ rows: Int, block: Int, _ pool: ComputePool?) -> Int {
        let unit = 4 * (pool?.threads ?? 1) * block
        return rows.dividedUp(by: unit) * block
    }

    /// How many of `count` pieces a thread packs at a time.
    static func packingGrain(_ count: Int, _ pool: ComputePool?) -> Int {
        max(1, min(8, count / (2 * (pool?.threads ?? 1))))
    }

    private static func pack(
        _ b: Matrix, transposed: Bool, _ depths: Range<Int>,
        into packed: UnsafeMutablePointer<Float>, pool: ComputePool?
    ) {
        let (columnStep, depthStep) = transposed ? (b.rowStride, 1) : (1, b.rowStride)
        let panel = Int(CK_PANEL)
        nonisolated(unsafe) let target = unsafe packed  // SAFETY: panels are disjoint.
        let columns = transposed ? b.rows : b.columns
        let panels = columns.dividedUp(by: panel)
        let grain = packingGrain(panels, pool)
        Parallel.forEach(count: panels, grain: grain, pool: pool) { range in
            let last = min(range.upperBound * panel, columns)
            unsafe ck_pack_f32(
                b.pointer + depths.lowerBound * depthStep, columnStep, depthStep,
                range.lowerBound * panel, last, depths.count, target)
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
        // SAFETY: tiles write disjoint parts of c and only read the rest.
        nonisolated(unsafe) let arguments = unsafe ck_linear_f32_args(
            x: a.pointer + depths.lowerBound * depthStep, x_row: rowStep, x_column: depthStep,
            panels: packed, panel_stride: depths.count * Int(CK_PANEL), n: c.columns,
            k: depths.count, accumulate: accumulate ? 1 : 0, store: store)
        let rowBlock = unsafe TrainingKernels.table.product_rows
        let rows = min(max(tileRows(c.rows, block: rowBlock, pool), leastRows), mostRows)
        unsafe LinearTiles.cut(
            rows: c.rows, columns: c.columns, mostRows: rows, rowBlock: rowBlock, pool: pool,
            scratchByteCount: { ck_linear_scratch($0, depthUnit) }
        ) { rows, columns, scratch in
            unsafe computeTile(arguments, rows, columns, scratch)
        }
    }

    /// One tile, `depthUnit` of the reduction at a time: so much of the rows stays in the
    /// second-level cache. The bias is added with the last of it.
    private static func computeTile(
        _ whole: ck_linear_f32_args, _ rows: Range<Int>, _ columns: Range<Int>,
        _ scratch: UnsafeMutableRawPointer
    ) {
        for depth in unsafe stride(from: 0, to: max(whole.k, 1), by: depthUnit) {
            var part = unsafe whole
            unsafe part.x += depth * whole.x_column
            unsafe part.panels += depth * Int(CK_PANEL)
            unsafe part.k = min(depthUnit, whole.k - depth)
            if depth > 0 { unsafe part.accumulate = 1 }
            if unsafe depth + part.k < whole.k { unsafe part.store.bias = nil }
            unsafe TrainingKernels.table.product_f32(
                &part, rows.lowerBound, rows.upperBound, columns.lowerBound, columns.upperBound,
                scratch)
        }
    }
}
