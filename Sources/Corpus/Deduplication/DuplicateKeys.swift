import Crypto

/// The keys of a text: 128 bits of the SHA-256 of its folded form, then one key per band.
struct DuplicateKeys: Sendable {
    private let minHash: MinHash?

    /// Columns in front of the bands.
    static let exactColumns = 2

    init(_ settings: CorpusRecipe.DuplicateSettings) {
        minHash = settings.near.map(MinHash.init)
    }

    var columns: Int { Self.exactColumns + (minHash?.settings.bands ?? 0) }

    func keys(of text: FoldedText) -> [UInt64] {
        let digest = Array(SHA256.hash(data: text.bytes))
        func word(_ start: Int) -> UInt64 {
            digest[start..<(start + 8)].reduce(0) { $0 << 8 | UInt64($1) }
        }
        let exact = [word(0), word(8)]
        guard let minHash else { return exact }
        return exact + minHash.bandKeys(of: minHash.settings.shingles.shingles(of: text))
    }
}
