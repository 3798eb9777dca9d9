package import AjanCompute

/// One tensor of a weight file: a view into the mapped file, or into memory when the file holds it
/// in another order. Copying a view copies no numbers.
package struct TensorView: Sendable {
    package let info: TensorInfo
    /// The bytes of the tensor, row-major, little-endian.
    package let region: MemoryRegion
    /// Name of the file, for errors.
    let file: String

    /// The tensor as an f32 matrix; the last dimension is a row, a vector is one row.
    ///
    /// F32 at an aligned place is not copied; F16, BF16 and F64 are converted.
    /// - Throws: `CheckpointError.wrongType` for integers.
    package func floats() throws(CheckpointError) -> Matrix {
        let (rows, columns) = info.matrixShape
        if info.type == .f32, isAligned {
            return Matrix(
                region: region, offset: 0, rows: rows, columns: columns, rowStride: columns)
        }
        guard info.type.isFloatingPoint else { throw wrongType }
        let stored = storedFloats
        let matrix = Matrix(rows: rows, columns: columns)
        guard columns > 0 else { return matrix }
        for row in 0..<rows { matrix.setRow(row, to: stored?.row(row) ?? narrowedRow(row)) }
        return matrix
    }

    /// - Throws: `CheckpointError.wrongShape` unless the shape is exactly `shape`.
    package func require(shape: [Int]) throws(CheckpointError) {
        guard info.shape == shape else {
            throw .wrongShape(file: file, name: info.name, found: info.shape, expected: shape)
        }
    }

    /// - Throws: `CheckpointError.notFinite` with the first index that holds NaN or infinity,
    ///   `.wrongType` for integers.
    package func requireFinite() throws(CheckpointError) {
        guard info.type.isFloatingPoint else { throw wrongType }
        let index = unsafe region.withBytes { bytes in
            unsafe FiniteScan.firstNonFinite(in: bytes, type: info.type)
        }
        if let index { throw .notFinite(file: file, name: info.name, index: index) }
    }

    /// An embedding table that keeps the numbers where they are (F64 is converted).
    ///
    /// - Parameter scales: one per row, for int8 tables.
    /// - Throws: `CheckpointError.wrongType` for integers other than I8, and for I8 without scales.
    package func embeddingTable(scales: [Float]? = nil) throws(CheckpointError) -> EmbeddingTable {
        let (rows, columns) = info.matrixShape
        switch (info.type, scales) {
        case (.i8, .some(let scales)) where scales.count == rows:
            return EmbeddingTable(
                region: region, rows: rows, columns: columns, format: .int8(scales: scales))
        case (.f64, _): return EmbeddingTable(try floats())
        default:
            guard let table = storedFloats else { throw wrongType }
            return table
        }
    }

    private var wrongType: CheckpointError {
        .wrongType(file: file, name: info.name, found: info.type.rawValue)
    }

    /// Whether the first number lies at a multiple of its own size.
    private var isAligned: Bool {
        unsafe region.withBytes { bytes in
            Int(bitPattern: bytes.baseAddress) % info.type.byteCount == 0
        }
    }

    /// The numbers where they lie, if `Compute` can read their format.
    private var storedFloats: StoredMatrix? {
        let format: StoredMatrix.Format
        switch info.type {
        case .f32: format = .f32
        case .f16: format = .f16
        case .bf16: format = .bf16
        default: return nil
        }
        let (rows, columns) = info.matrixShape
        return StoredMatrix(region: region, rows: rows, columns: columns, format: format)
    }

    /// Row `index` of an F64 tensor, rounded to f32.
    private func narrowedRow(_ index: Int) -> [Float] {
        let columns = info.matrixShape.columns
        return unsafe region.withBytes { bytes in
            (index * columns..<(index + 1) * columns).map { place in
                Float(unsafe bytes.loadUnaligned(fromByteOffset: place * 8, as: Double.self))
            }
        }
    }
}
