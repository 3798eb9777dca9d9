/// The small generator of seeds, first weights and tests: a counter and a mixing function. The same
/// seed gives the same stream on every machine.
///
/// Source: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.
package struct SplitMix64: RandomNumberGenerator, Sendable {
    /// What the counter grows by: odd, and near 2^64 over the golden ratio.
    package static let increment: UInt64 = 0x9E37_79B9_7F4A_7C15

    private var counter: UInt64

    package init(seed: UInt64) { counter = seed }

    package mutating func next() -> UInt64 {
        counter &+= Self.increment
        return Self.mixed(counter)
    }

    /// An integer in 0..<bound; its bias is below bound / 2^64.
    package mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

    /// Uniform in -1..<1.
    package mutating func uniform() -> Float {
        Float(Int64(bitPattern: next()) >> 40) / Float(1 << 23)
    }

    /// Every bit of the result depends on every bit of `value`; different values stay different.
    @inlinable
    package static func mixed(_ value: UInt64) -> UInt64 {
        var z = value
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
