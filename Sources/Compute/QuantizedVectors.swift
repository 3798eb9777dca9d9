import AjanCKernels

/// Symmetric int8 vectors: `value = scale * integer` with integers in -127...127.
package enum QuantizedVectors {
    /// The integers and the scale (`max |x| / 127`) of `vector`. A vector with a NaN or an infinity
    /// gives zeros and a NaN scale; zeros give zeros and 0.
    package static func quantize(_ vector: [Float]) -> (values: [Int8], scale: Float) {
        var scale: Float = 0
        let values = unsafe [Int8](unsafeUninitializedCapacity: vector.count) { buffer, count in
            scale = unsafe Kernels.table.quantize_i8(vector, vector.count, buffer.baseAddress)
            count = vector.count
        }
        return (values, scale)
    }

    /// Exact integer dot products of `query` with `count` stored rows.
    ///
    /// - Parameters:
    ///   - query: `n` integers, at most 131,072.
    ///   - region: holds the rows, each `rowStride` bytes after the one before.
    ///   - byteOffset: where row 0 lies.
    ///   - scores: receives one number per row; has room for `count`.
    package static func dotRows(
        _ query: [Int8], region: MemoryRegion, byteOffset: Int, rowStride: Int, count: Int,
        into scores: inout [Int32]
    ) {
        precondition(count >= 0 && scores.count >= count && byteOffset >= 0)
        precondition(rowStride >= query.count && query.count <= 131_072)
        guard count > 0 else { return }
        precondition(
            byteOffset + (count - 1) * rowStride + query.count <= region.byteCount,
            "\(count) rows of \(rowStride) bytes at \(byteOffset) exceed the region")
        let rows = unsafe UnsafePointer(
            (region.base + byteOffset).assumingMemoryBound(to: Int8.self))
        unsafe scores.withUnsafeMutableBufferPointer { scores in
            unsafe Kernels.table.dot_rows_i8(
                query, rows, rowStride, count, query.count, scores.baseAddress)
        }
    }
}
