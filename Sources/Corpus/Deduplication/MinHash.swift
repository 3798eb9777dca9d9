/// MinHash signatures (Broder 1997) and their bands (Indyk and Motwani 1998).
///
/// The permutations have the form of the `datasketch` package's legacy scheme, (a x + b) mod
/// (2^61 - 1) mod 2^32 with the product taken modulo 2^64: with the same a and b both give the same
/// signatures, which a fixture checks.
package struct MinHash: Sendable {
    let settings: NearDuplicateSettings
    private let multipliers: [UInt64]
    private let increments: [UInt64]

    private static let prime: UInt64 = (1 << 61) - 1

    package init(_ settings: NearDuplicateSettings) {
        self.settings = settings
        let count = settings.bands * settings.rows
        func draw(_ index: Int) -> UInt64 {
            Mix.finish(settings.permutationSeed &+ UInt64(index) &* 0x9E37_79B9_7F4A_7C15)
                % Self.prime
        }
        multipliers = (0..<count).map { max(1, draw(2 * $0)) }
        increments = (0..<count).map { draw(2 * $0 + 1) }
    }

    /// The least value of each permutation over `shingles`.
    package func signature(of shingles: [UInt32]) -> [UInt32] {
        var signature = [UInt32](repeating: .max, count: multipliers.count)
        for index in signature.indices {
            let (a, b) = (multipliers[index], increments[index])
            var least = UInt32.max
            for shingle in shingles {
                let product = a &* UInt64(shingle) &+ b
                var rest = (product & Self.prime) &+ (product >> 61)
                rest = rest >= Self.prime ? rest &- Self.prime : rest
                least = min(least, UInt32(truncatingIfNeeded: rest))
            }
            signature[index] = least
        }
        return signature
    }

    /// One key per band; texts that share a key of the same band are candidates.
    func bandKeys(of shingles: [UInt32]) -> [UInt64] {
        let signature = signature(of: shingles)
        return (0..<settings.bands).map { band in
            var hash = Mix.seed &+ UInt64(band)
            for value in signature[(band * settings.rows)..<((band + 1) * settings.rows)] {
                hash = Mix.finish(hash ^ UInt64(value))
            }
            return hash
        }
    }
}

/// When two texts count as near-duplicates.
package struct NearDuplicateSettings: Codable, Sendable, Equatable {
    package var shingles = ShingleSettings()
    /// Jaccard similarity of the shingles from which on a text goes. Every candidate is checked
    /// exactly.
    package var threshold = 0.8
    /// Bands and rows of a signature: similar texts of similarity s meet with probability
    /// 1 - (1 - s^rows)^bands, 0.998 at s = 0.8 for 20 bands of 6.
    package var bands = 20
    package var rows = 6
    package var permutationSeed: UInt64 = 1

    package init() {}
}
