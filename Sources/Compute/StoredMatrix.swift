import AjanCKernels

/// A dense row-major matrix as it lies in a file: an embedding table or the weights of a layer.
///
/// It is a view of a `MemoryRegion` (most often a window onto the mapped model file); rows are
/// decoded on demand and the table is never copied. The bytes need no alignment.
package struct StoredMatrix: Sendable {
    /// How the numbers are written.
    package enum Format: Sendable {
        case f32
        case f16
        case bf16
        /// Signed bytes times one f32 scale per row.
        case int8(scales: [Float])

        var number: NumberFormat {
            switch self {
            case .f32: .f32
            case .f16: .f16
            case .bf16: .bf16
            case .int8: .int8
            }
        }
    }

    package let region: MemoryRegion
    /// Where element (0, 0) lies in the region, in bytes.
    package let byteOffset: Int
    package let rows: Int
    package let columns: Int
    package let format: Format

    /// A view of `rows * columns` numbers at `byteOffset` of `region`.
    package init(
        region: MemoryRegion, byteOffset: Int = 0, rows: Int, columns: Int, format: Format
    ) {
        precondition(byteOffset >= 0 && rows >= 0 && columns >= 0)
        precondition(
            byteOffset + rows * columns * format.number.byteCount <= region.byteCount,
            "a table of [\(rows), \(columns)] at \(byteOffset) exceeds \(region.byteCount) bytes")
        if case .int8(let scales) = format {
            precondition(scales.count == rows, "\(scales.count) scales for \(rows) int8 rows")
        }
        self.region = region
        self.byteOffset = byteOffset
        self.rows = rows
        self.columns = columns
        self.format = format
    }

    /// A view of an f32 matrix whose rows lie side by side.
    package init(_ matrix: Matrix) {
        precondition(matrix.isDense)
        self.init(
            region: matrix.region, byteOffset: matrix.offset * 4, rows: matrix.rows,
            columns: matrix.columns, format: .f32)
    }

    /// Row `index` as f32.
    package func row(_ index: Int) -> [Float] {
        unsafe [Float](unsafeUninitializedCapacity: columns) { buffer, count in
            if let start = buffer.baseAddress { unsafe decodeRow(index, into: start) }
            count = columns
        }
    }

    /// Whether row `index` holds neither NaN nor infinity.
    package func isFinite(row index: Int) -> Bool {
        FiniteCheck.firstNonFinite(in: row(index)) == nil
    }

    /// Writes row `index` as f32 to `output`, which has room for `columns` numbers.
    func decodeRow(_ index: Int, into output: UnsafeMutablePointer<Float>) {
        var scale: Float = 1
        if case .int8(let scales) = format { scale = scales[index] }
        unsafe Kernels.table.load_f32(rowBytes(index), format.number.code, scale, output, columns)
    }

    /// Address of row `index`.
    func rowBytes(_ index: Int) -> UnsafeRawPointer {
        precondition(index >= 0 && index < rows, "row \(index) of a table of \(rows) rows")
        return unsafe UnsafeRawPointer(region.base + byteOffset)
            + index * columns * format.number.byteCount
    }
}

/// A word, position or type embedding table `[vocabulary, hidden]`.
package typealias EmbeddingTable = StoredMatrix
