/// A row-major f32 matrix `[rows, columns]` that looks into a `MemoryRegion`.
///
/// A matrix is a view: copying it copies no numbers, and two views may look at the same rows.
/// Element (r, c) lies at `offset + r * rowStride + c` of the region, counted in floats.
package struct Matrix: Sendable {
    package let region: MemoryRegion
    /// Index of element (0, 0) in the region, in floats.
    package let offset: Int
    package let rows: Int
    package let columns: Int
    /// Distance between two rows, in floats; at least `columns`.
    package let rowStride: Int

    /// A new zeroed matrix `[rows, columns]` in memory of its own.
    package init(rows: Int, columns: Int) {
        self.init(
            region: MemoryRegion(byteCount: rows * columns * MemoryLayout<Float>.stride),
            offset: 0, rows: rows, columns: columns, rowStride: columns)
    }

    /// One row in memory of its own.
    package init(row: [Float]) {
        self.init(rows: 1, columns: row.count)
        setRow(0, to: row)
    }

    /// A new zeroed matrix whose memory becomes resident only where it is written.
    package init(untouchedRows rows: Int, columns: Int) {
        let byteCount = rows * columns * MemoryLayout<Float>.stride
        self.init(
            region: MemoryRegion(untouchedByteCount: byteCount), offset: 0, rows: rows,
            columns: columns, rowStride: columns)
    }

    /// A view of `region`.
    package init(region: MemoryRegion, offset: Int, rows: Int, columns: Int, rowStride: Int) {
        precondition(rows >= 0 && columns >= 0 && offset >= 0 && rowStride >= columns)
        let end = rows == 0 ? offset : offset + (rows - 1) * rowStride + columns
        precondition(
            end * MemoryLayout<Float>.stride <= region.byteCount,
            "a view of [\(rows), \(columns)] at \(offset) does not fit \(region.byteCount) bytes")
        self.region = region
        self.offset = offset
        self.rows = rows
        self.columns = columns
        self.rowStride = rowStride
    }

    /// The rows in `range`, as a view.
    package func rows(_ range: Range<Int>) -> Matrix {
        precondition(range.lowerBound >= 0 && range.upperBound <= rows)
        return Matrix(
            region: region, offset: offset + range.lowerBound * rowStride,
            rows: range.count, columns: columns, rowStride: rowStride)
    }

    /// The columns in `range` of every row, as a view.
    package func columns(_ range: Range<Int>) -> Matrix {
        precondition(range.lowerBound >= 0 && range.upperBound <= columns)
        return Matrix(
            region: region, offset: offset + range.lowerBound,
            rows: rows, columns: range.count, rowStride: rowStride)
    }

    /// A dense `[rows, columns]` view that begins at element `start` of a matrix of one row.
    package func view(at start: Int, rows: Int, columns: Int) -> Matrix {
        precondition(self.rows == 1 && start >= 0 && start + rows * columns <= self.columns)
        return Matrix(
            region: region, offset: offset + start, rows: rows, columns: columns,
            rowStride: columns)
    }

    /// Element access; for tests and cold code.
    package subscript(row: Int, column: Int) -> Float {
        get {
            precondition(row >= 0 && row < rows && column >= 0 && column < columns)
            return unsafe pointer[row * rowStride + column]
        }
        nonmutating set {
            precondition(row >= 0 && row < rows && column >= 0 && column < columns)
            precondition(region.isWritable)
            unsafe pointer[row * rowStride + column] = newValue
        }
    }

    /// A copy of one row.
    package func row(_ index: Int) -> [Float] {
        precondition(index >= 0 && index < rows)
        return unsafe Array(UnsafeBufferPointer(start: pointer + index * rowStride, count: columns))
    }

    /// Overwrites one row with `values`.
    package func setRow(_ index: Int, to values: [Float]) {
        precondition(index >= 0 && index < rows && values.count == columns && region.isWritable)
        unsafe values.withUnsafeBufferPointer { source in
            guard let start = source.baseAddress else { return }
            unsafe (pointer + index * rowStride).update(from: start, count: columns)
        }
    }

    /// Replaces every row by what `body` makes of it.
    package func mapRows(_ body: ([Float]) -> [Float]) {
        for row in 0..<rows { setRow(row, to: body(self.row(row))) }
    }

    /// Overwrites every row with the rows of `other`, which has the same shape and other memory.
    package func copy(from other: Matrix) {
        precondition(rows == other.rows && columns == other.columns && region.isWritable)
        for row in 0..<rows {
            unsafe (pointer + row * rowStride).update(
                from: other.pointer + row * other.rowStride, count: columns)
        }
    }

    /// Address of element (0, 0), for the kernel wrappers in this module.
    var pointer: UnsafeMutablePointer<Float> {
        unsafe region.base.assumingMemoryBound(to: Float.self) + offset
    }
}
