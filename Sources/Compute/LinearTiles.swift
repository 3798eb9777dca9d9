import AjanCKernels

/// Cuts the output of a linear layer into tiles, one kernel call each.
///
/// A tile is never cut along the reduction, so any cut gives the same bits.
enum LinearTiles {
    /// Inputs that one tile keeps packed, to stay in the second-level cache beside the weights.
    private static let tileInputCount = 96 << 10

    /// Calls `body` with disjoint (rows, columns, scratch) that cover `[rows, columns]`.
    /// - Parameter tileRows: the cache decides how many rows a tile may have, within this range.
    static func run(
        rows: Int, columns: Int, depth: Int, rowBlock: Int, tileRows: ClosedRange<Int>,
        pool: ComputePool?,
        _ body: @Sendable (Range<Int>, Range<Int>, UnsafeMutableRawPointer) -> Void
    ) {
        let fitting = tileInputCount / max(1, depth)
        let most = min(max(fitting, tileRows.lowerBound), tileRows.upperBound)
        unsafe cut(
            rows: rows, columns: columns, mostRows: max(1, most / rowBlock) * rowBlock,
            rowBlock: rowBlock, pool: pool,
            scratchByteCount: { ck_linear_scratch($0, depth) }, body)
    }

    /// The same with tiles of at most `mostRows` rows.
    ///
    /// Many rows are cut by rows only; few rows also by columns, so that one short text uses every
    /// thread.
    /// - Parameter scratchByteCount: bytes of scratch for that number of rows.
    static func cut(
        rows: Int, columns: Int, mostRows: Int, rowBlock: Int, pool: ComputePool?,
        scratchByteCount: (Int) -> Int,
        _ body: @Sendable (Range<Int>, Range<Int>, UnsafeMutableRawPointer) -> Void
    ) {
        guard rows > 0, columns > 0 else { return }
        let threads = pool?.threads ?? 1
        let tileRows = rowsPerTile(
            rows: rows, mostRows: mostRows, rowBlock: rowBlock, threads: threads)
        let rowTiles = rows.dividedUp(by: tileRows)
        let tileColumns = columnsPerTile(columns: columns, rowTiles: rowTiles, threads: threads)
        let columnTiles = columns.dividedUp(by: tileColumns)
        let byteCount = scratchByteCount(tileRows)
        Parallel.forEach(count: rowTiles * columnTiles, grain: 1, pool: pool) { range in
            let scratch = unsafe Kernels.scratch(byteCount: byteCount)
            for tile in range {
                let row = tile / columnTiles * tileRows
                let column = tile % columnTiles * tileColumns
                unsafe body(
                    row..<min(row + tileRows, rows), column..<min(column + tileColumns, columns),
                    scratch)
            }
        }
    }

    private static func rowsPerTile(rows: Int, mostRows: Int, rowBlock: Int, threads: Int) -> Int {
        guard threads > 1 else { return min(mostRows, rows) }
        // Two tiles per thread even out a thread that starts late.
        let fair = rows.dividedUp(by: 2 * threads)
        return min(max(fair.roundedUp(to: rowBlock), rowBlock), mostRows, rows)
    }

    private static func columnsPerTile(columns: Int, rowTiles: Int, threads: Int) -> Int {
        guard threads > 1, rowTiles < 2 * threads else { return columns }
        let parts = (2 * threads).dividedUp(by: rowTiles)
        let panel = 2 * Int(CK_PANEL)
        return max(columns.dividedUp(by: parts).roundedUp(to: panel), 2 * panel)
    }
}
