extension Matrix {
    /// Whether the rows lie side by side.
    package var isDense: Bool { rowStride == columns || rows <= 1 }

    /// The numbers of rows that lie side by side as one row.
    package var flat: Matrix {
        precondition(isDense)
        return Matrix(
            region: region, offset: offset, rows: 1, columns: rows * columns,
            rowStride: rows * columns)
    }

    /// Overwrites all numbers, whose rows lie side by side, with zero.
    package func clear(pool: ComputePool? = nil) {
        precondition(isDense && region.isWritable)
        Parallel.forEach(count: rows * columns, grain: 1 << 16, pool: pool) { range in
            unsafe (pointer + range.lowerBound).update(repeating: 0, count: range.count)
        }
    }
}
