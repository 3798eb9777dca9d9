import AjanCKernels

/// In which form the factors of a product are read. Sums are f32 in either case.
package enum ProductPrecision: String, Sendable, Equatable, Codable, CaseIterable {
    case f32
    /// Rounded to nearest even, 8 bits of precision, the range of f32: several times faster where
    /// the processor multiplies it (AMX).
    case bf16
}

extension MatrixProduct {
    /// Whether `bf16` products use an instruction of this processor; otherwise factors are rounded
    /// and multiplied as f32, which gives the same but for the order of the sum, and no speed.
    package static var hasFastBF16: Bool { unsafe TrainingKernels.table.product_bf16 != nil }

    /// Number of values in the packed form of a factor.
    ///
    /// - Parameters:
    ///   - places: rows of the left factor, or columns of the right one.
    ///   - terms: the length of the reduction.
    private static func packedCount(places: Int, terms: Int) -> Int {
        places.roundedUp(to: 2 * Int(CK_BF16_BLOCK)) * terms.roundedUp(to: Int(CK_BF16_TERMS))
    }

    /// What `multiply` does, with both factors rounded to bf16.
    static func multiplyBF16(
        _ a: Matrix, transposeA: Bool, _ b: Matrix, transposeB: Bool, into c: Matrix,
        accumulate: Bool, bias: Matrix?, pool: ComputePool?
    ) {
        let left = unsafe source(of: a, isLeft: true, isTransposed: transposeA)
        let right = unsafe source(of: b, isLeft: false, isTransposed: !transposeB)
        guard c.rows > 0, c.columns > 0 else { return }
        let counts = unsafe [left, right].map {
            unsafe packedCount(places: $0.count, terms: $0.k)
        }
        let packed = UnsafeMutablePointer<UInt16>.allocate(capacity: max(1, counts[0] + counts[1]))
        defer { unsafe packed.deallocate() }
        unsafe pack(left, into: packed, pool: pool)
        unsafe pack(right, into: packed + counts[0], pool: pool)
        // SAFETY: tiles write disjoint parts of c and only read the rest.
        nonisolated(unsafe) let arguments = unsafe ck_product_bf16_args(
            left: packed, right: packed + counts[0], k: left.k, accumulate: accumulate ? 1 : 0,
            store: ck_store(
                y: c.pointer, ldy: c.rowStride,
                bias: bias.map { unsafe UnsafePointer($0.pointer) }, residual: nil, ldr: 0,
                activation: Int32(CK_IDENTITY)))
        let block = 2 * Int(CK_BF16_BLOCK)
        unsafe LinearTiles.cut(
            rows: c.rows, columns: c.columns, mostRows: tileRows(c.rows, block: block, pool),
            rowBlock: block, pool: pool, scratchByteCount: { _ in 64 }
        ) { rows, columns, _ in
            unsafe withUnsafePointer(to: arguments) { arguments in
                unsafe TrainingKernels.table.product_bf16(
                    arguments, rows.lowerBound, rows.upperBound, columns.lowerBound,
                    columns.upperBound)
            }
        }
    }

    /// Places of the left factor are the rows of c, those of the right one its columns.
    private static func source(
        of matrix: Matrix, isLeft: Bool, isTransposed: Bool
    ) -> ck_bf16_source {
        unsafe ck_bf16_source(
            x: matrix.pointer, place_step: isTransposed ? 1 : matrix.rowStride,
            term_step: isTransposed ? matrix.rowStride : 1,
            count: isTransposed ? matrix.columns : matrix.rows,
            k: isTransposed ? matrix.rows : matrix.columns, is_left: isLeft ? 1 : 0)
    }

    private static func pack(
        _ source: ck_bf16_source, into packed: UnsafeMutablePointer<UInt16>, pool: ComputePool?
    ) {
        // SAFETY: blocks are disjoint parts of `packed`, and the source is only read.
        nonisolated(unsafe) let (source, target) = unsafe (source, packed)
        let block = Int(CK_BF16_BLOCK)
        let blocks = unsafe (source.count + 2 * block - 1) / (2 * block) * 2
        let grain = packingGrain(blocks, pool)
        Parallel.forEach(count: blocks, grain: grain, pool: pool) { range in
            unsafe withUnsafePointer(to: source) { source in
                unsafe TrainingKernels.table.pack_bf16(
                    source, range.lowerBound * block, range.upperBound * block, target)
            }
        }
    }
}

extension MatrixProduct {
    /// What `multiplyBF16` computes, on any processor: rounded copies and the f32 product.
    static func multiplyRounded(
        _ a: Matrix, transposeA: Bool, _ b: Matrix, transposeB: Bool, into c: Matrix,
        accumulate: Bool, bias: Matrix?, pool: ComputePool?
    ) {
        multiply(
            rounded(a), transposeA: transposeA, rounded(b), transposeB: transposeB, into: c,
            accumulate: accumulate, bias: bias, pool: pool)
    }

    private static func rounded(_ matrix: Matrix) -> Matrix {
        let copy = Matrix(rows: matrix.rows, columns: matrix.columns)
        let format = NumberFormat.bf16.code
        var halves = [UInt16](repeating: 0, count: matrix.columns)
        for row in 0..<matrix.rows {
            unsafe Kernels.table.store_f32(
                matrix.pointer + row * matrix.rowStride, &halves, format, matrix.columns)
            unsafe Kernels.table.load_f32(
                halves, format, 1, copy.pointer + row * copy.rowStride, matrix.columns)
        }
        return copy
    }
}
