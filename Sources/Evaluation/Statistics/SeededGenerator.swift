import AjanCompute

/// The random numbers of every resampling in this module: xoshiro256** (Blackman and Vigna 2018),
/// its state filled by SplitMix64. Version 1; a change of this file changes published intervals.
package struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: (UInt64, UInt64, UInt64, UInt64)

    /// The same seed gives the same stream on every machine.
    package init(seed: UInt64) {
        var filler = SplitMix64(seed: seed)
        state = (filler.next(), filler.next(), filler.next(), filler.next())
    }

    package mutating func next() -> UInt64 {
        let result = rotate(state.1 &* 5, 7) &* 9
        let shifted = state.1 << 17
        state.2 ^= state.0
        state.3 ^= state.1
        state.1 ^= state.2
        state.0 ^= state.3
        state.2 ^= shifted
        state.3 = rotate(state.3, 45)
        return result
    }

    /// An integer in 0..<count, by multiplication; its bias is below count / 2^64.
    mutating func index(below count: Int) -> Int {
        Int(next().multipliedFullWidth(by: UInt64(count)).high)
    }

    /// The sum of `values`, each with a sign of its own, plus or minus with equal chance.
    package mutating func signedSum(_ values: [Double]) -> Double {
        var coins = CoinTosses()
        var sum = 0.0
        for value in values { sum += coins.next(&self) ? value : -value }
        return sum
    }

    private func rotate(_ value: UInt64, _ bits: UInt64) -> UInt64 {
        (value << bits) | (value >> (64 - bits))
    }
}

/// Coins, sixty-four from each random number.
struct CoinTosses {
    private var bits: UInt64 = 0
    private var left = 0

    /// True or false with equal chance.
    mutating func next(_ generator: inout SeededGenerator) -> Bool {
        if left == 0 {
            bits = generator.next()
            left = UInt64.bitWidth
        }
        defer {
            bits >>= 1
            left -= 1
        }
        return bits & 1 == 1
    }
}
