/// Looks for NaN and infinity in numbers of any floating-point format without converting them.
///
/// Such a number has an exponent of ones only, so adding one unit of the exponent carries into the
/// sign bit. A block of numbers is checked by one OR over these sums, which vectorises; only a
/// block that shows a carry is looked at number by number.
enum FiniteScan {
    private static let blockCount = 4096

    /// Index of the first NaN or infinity in `bytes`, little-endian numbers of `type`; nil when
    /// every number is finite or `type` is an integer format.
    static func firstNonFinite(in bytes: UnsafeRawBufferPointer, type: TensorType) -> Int? {
        switch type {
        case .f64: unsafe first(in: bytes, exponent: 0x7FF0_0000_0000_0000 as UInt64)
        case .f32: unsafe first(in: bytes, exponent: 0x7F80_0000 as UInt32)
        case .bf16: unsafe first(in: bytes, exponent: 0x7F80 as UInt16)
        case .f16: unsafe first(in: bytes, exponent: 0x7C00 as UInt16)
        default: nil
        }
    }

    @inline(__always)
    private static func first<Bits: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
        in bytes: UnsafeRawBufferPointer, exponent: Bits
    ) -> Int? {
        let count = bytes.count / MemoryLayout<Bits>.size
        var start = 0
        while start < count {
            let block = start..<min(start + blockCount, count)
            if unsafe carries(in: bytes, block, exponent: exponent) {
                return block.first { index in
                    unsafe carries(in: bytes, index..<index + 1, exponent: exponent)
                }
            }
            start = block.upperBound
        }
        return nil
    }

    /// Whether any number of the block has an exponent of ones only.
    @inline(__always)
    private static func carries<Bits: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
        in bytes: UnsafeRawBufferPointer, _ block: Range<Int>, exponent: Bits
    ) -> Bool {
        let unit = exponent & (~exponent &+ 1)
        let sign = (Bits.max >> 1) &+ 1
        var seen: Bits = 0
        for index in block {
            let bits = unsafe bytes.loadUnaligned(
                fromByteOffset: index &* MemoryLayout<Bits>.size, as: Bits.self)
            seen |= (Bits(littleEndian: bits) & exponent) &+ unit
        }
        return seen & sign != 0
    }
}
