extension UInt32 {
    /// The four bytes, the lowest first.
    package var littleEndianBytes: [UInt8] { bytes(of: self) }
}

extension UInt64 {
    /// The eight bytes, the lowest first.
    package var littleEndianBytes: [UInt8] { bytes(of: self) }
}

private func bytes<Number: FixedWidthInteger>(of number: Number) -> [UInt8] {
    (0..<Number.bitWidth / 8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
}
