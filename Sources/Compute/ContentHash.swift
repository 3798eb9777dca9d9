/// A 64-bit fingerprint of bytes: tells whether a file is still the one that something was made
/// from.
///
/// It reads about ten bytes per nanosecond, so a file of ten megabytes costs a millisecond. It is
/// no protection against somebody who makes two files collide; a model's fingerprint is SHA-256.
package enum ContentHash {
    private static let multipliers: SIMD4<UInt64> = [
        0x9E37_79B9_7F4A_7C15, 0xC2B2_AE3D_27D4_EB4F, 0x1656_67B1_9E37_79F9, 0x27D4_EB2F_1656_67C5,
    ]

    /// The fingerprint of `bytes`. Version 1: files carry the result, so it never changes.
    package static func of(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        // Four chains at once: a chain alone would wait for its multiplications.
        var state = multipliers
        var at = 0
        while at + 32 <= bytes.count {
            let words = unsafe bytes.loadUnaligned(fromByteOffset: at, as: SIMD4<UInt64>.self)
            state = mix(state, words)
            at += 32
        }
        var tail: SIMD4<UInt64> = .zero
        for place in at..<bytes.count {
            let index = place - at
            tail[index / 8] |= UInt64(unsafe bytes[place]) << UInt64(index % 8 * 8)
        }
        state = mix(state, tail)
        var hash = UInt64(bytes.count)
        for index in 0..<4 {
            hash = (hash ^ state[index]) &* multipliers[0]
            hash ^= hash >> 29
        }
        return hash
    }

    @inline(__always)
    private static func mix(_ state: SIMD4<UInt64>, _ words: SIMD4<UInt64>) -> SIMD4<UInt64> {
        let product = (state ^ words) &* multipliers
        return product ^ (product &>> 29)
    }
}
