/// A Bloom filter with one bit per hash: tells by one bit whether a hash may be in a large table,
/// so that most searches in the table are saved. About one in a few dozen hashes that are not in
/// the table is taken for one that is.
struct HashFilter: Sendable {
    private var words = [UInt64](repeating: 0, count: 1 << (bits - 6))

    /// 2^22 bits are half a megabyte, which stays in a core's own cache.
    private static let bits = 22

    mutating func insert(_ hash: UInt64) {
        let (word, bit) = Self.place(hash)
        words[word] |= bit
    }

    /// False only when `hash` was never inserted.
    @inline(__always)
    func mayContain(_ hash: UInt64) -> Bool {
        let (word, bit) = Self.place(hash)
        return words[word] & bit != 0
    }

    @inline(__always)
    private static func place(_ hash: UInt64) -> (word: Int, bit: UInt64) {
        (Int(hash >> UInt64(64 - bits + 6)), 1 << (hash & 63))
    }
}
