import AjanCKernels

/// Conversion between f32 and the formats of files.
package enum NumberConversion {
    /// The numbers of `count` values stored at `byteOffset` of `region`, as f32.
    package static func floats(
        in region: MemoryRegion, byteOffset: Int, count: Int, format: NumberFormat
    ) -> [Float] {
        precondition(format != .int8, "int8 needs a scale: use StoredMatrix")
        precondition(count >= 0 && byteOffset >= 0)
        precondition(byteOffset + count * format.byteCount <= region.byteCount)
        return unsafe [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
            unsafe Kernels.table.load_f32(
                region.base + byteOffset, format.code, 1, buffer.baseAddress, count)
            initialized = count
        }
    }

    /// `values` in `format`, rounded to nearest even, little-endian bytes.
    package static func bytes(of values: [Float], format: NumberFormat) -> [UInt8] {
        precondition(format != .int8, "int8 needs a scale: use QuantizedVectors")
        let size = values.count * format.byteCount
        return unsafe [UInt8](unsafeUninitializedCapacity: size) { buffer, initialized in
            unsafe Kernels.table.store_f32(values, buffer.baseAddress, format.code, values.count)
            initialized = size
        }
    }
}
