package import Compute

/// One tensor of a weight file: a view into the mapped file, or into memory when the file holds it in
/// another order. Copying a view copies no numbers.
package struct TensorView: Sendable {
    package let info: TensorInfo
    /// The bytes of the tensor, row-major.
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
            return Matrix(region: region, offset: 0, rows: rows, columns: columns, rowStride: columns)
        }
        let matrix = Matrix(rows: rows, columns: columns)
        try convert(elements: 0..<rows * columns, into: matrix.region)
        return matrix
    }

    /// - Throws: `CheckpointError.wrongShape` unless the shape is exactly `shape`.
    package func require(shape: [Int]) throws(CheckpointError) {
        guard info.shape == shape else {
            throw .wrongShape(file: file, name: info.name, found: info.shape, expected: shape)
        }
    }

    /// - Throws: `CheckpointError.notFinite` with the first index that holds NaN or infinity.
    package func requireFinite() throws(CheckpointError) {
        let matrix = try floats()
        if let index = FiniteCheck.firstNonFinite(in: matrix) {
            throw .notFinite(file: file, name: info.name, index: index)
        }
    }

    /// An embedding table that keeps the numbers where they are.
    ///
    /// - Parameter scales: one per row, for int8 tables.
    package func embeddingTable(scales: [Float]? = nil) throws(CheckpointError) -> EmbeddingTable {
        let (rows, columns) = info.matrixShape
        let format: EmbeddingTable.Format
        switch info.type {
        case .f32 where isAligned: format = .f32
        case .f16 where isAligned: format = .f16
        case .bf16 where isAligned: format = .bf16
        case .i8: format = .int8(scales: scales ?? [])
        default:
            return EmbeddingTable(region: try floats().region, rows: rows, columns: columns, format: .f32)
        }
        return EmbeddingTable(region: region, rows: rows, columns: columns, format: format)
    }

    /// Whether the first number lies at a multiple of its own size.
    private var isAligned: Bool {
        unsafe region.withBytes { bytes in
            Int(bitPattern: bytes.baseAddress) % info.type.byteCount == 0
        }
    }

    private func convert(
        elements: Range<Int>, into target: MemoryRegion
    ) throws(CheckpointError) {
        guard [.f32, .f16, .bf16, .f64].contains(info.type) else {
            throw .wrongType(file: file, name: info.name, found: info.type.rawValue)
        }
        let type = info.type
        unsafe region.withBytes { source in
            unsafe target.withMutableBytes { target in
                let output = unsafe target.assumingMemoryBound(to: Float.self)
                for (place, index) in elements.enumerated() {
                    unsafe output[place] = Self.number(source, index, type)
                }
            }
        }
    }

    private static func number(
        _ bytes: UnsafeRawBufferPointer, _ index: Int, _ type: TensorType
    ) -> Float {
        switch type {
        case .f64: Float(unsafe bytes.loadUnaligned(fromByteOffset: index * 8, as: Double.self))
        case .f16: HalfPrecision.f16(unsafe bytes.loadUnaligned(fromByteOffset: index * 2, as: UInt16.self))
        case .bf16: HalfPrecision.bf16(unsafe bytes.loadUnaligned(fromByteOffset: index * 2, as: UInt16.self))
        default: unsafe bytes.loadUnaligned(fromByteOffset: index * 4, as: Float.self)
        }
    }
}
