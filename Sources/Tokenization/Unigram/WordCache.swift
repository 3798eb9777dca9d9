/// Words that were segmented before, with their pieces.
///
/// Half of running text is a few thousand words. The cache has one place per hash, a newer word
/// takes the place of an older one, and its size never changes. It holds words of up to 24 bytes
/// and 8 pieces whose characters need no normalisation, so a word that is found is exactly the word
/// that was kept.
struct WordCache {
    /// The bytes of a word in three numbers, filled up with zeros; no word contains a zero byte.
    struct Key: Equatable {
        static let byteCountMax = 24

        private var low: UInt64 = 0
        private var middle: UInt64 = 0
        private var high: UInt64 = 0

        /// Adds byte `index` of the word, which is below `byteCountMax`.
        @inline(__always)
        mutating func set(_ index: Int, _ byte: UInt8) {
            let bits = UInt64(byte) &<< UInt64((index & 7) * 8)
            if index < 8 { low |= bits } else if index < 16 { middle |= bits } else { high |= bits }
        }

        @inline(__always)
        fileprivate var slot: Int {
            var hash = low &* 0x9E37_79B9_7F4A_7C15
            hash = (hash ^ hash &>> 32 ^ middle) &* 0xC2B2_AE3D_27D4_EB4F
            hash = (hash ^ hash &>> 32 ^ high) &* 0x1656_67B1_9E37_79F9
            return Int(hash &>> 51)
        }
    }

    /// Up to `piecesMax` pieces: ids, and where they lie, counted from the start of the word.
    private struct Entry {
        var key = Key()
        var count: Int32 = 0
        var ids: SIMD8<Int32> = .zero
        var starts: SIMD8<UInt8> = .zero
        var ends: SIMD8<UInt8> = .zero
    }

    private static let piecesMax = 8
    private static let slotCount = 1 << 13

    private var entries: [Entry] = []

    /// Appends the pieces of the word behind `key`, which begins at `start` of the text, to
    /// `encoding`; false when the word is not here.
    @inline(__always)
    func append(_ key: Key, start: Int, to encoding: inout Encoding) -> Bool {
        guard !entries.isEmpty else { return false }
        let entry = entries[key.slot]
        guard entry.count > 0, entry.key == key else { return false }
        for index in 0..<Int(entry.count) {
            encoding.append(
                entry.ids[index],
                start + Int(entry.starts[index])..<start + Int(entry.ends[index]))
        }
        return true
    }

    /// Keeps the pieces that `encoding` holds from `first` on as those of the word behind `key`.
    mutating func insert(_ key: Key, start: Int, from first: Int, of encoding: Encoding) {
        let count = encoding.ids.count - first
        guard (1...Self.piecesMax).contains(count) else { return }
        if entries.isEmpty { entries = [Entry](repeating: Entry(), count: Self.slotCount) }
        var entry = Entry(key: key, count: Int32(count))
        for index in 0..<count {
            entry.ids[index] = encoding.ids[first + index]
            let range = encoding.offsets[first + index]
            entry.starts[index] = UInt8(range.lowerBound - start)
            entry.ends[index] = UInt8(range.upperBound - start)
        }
        entries[key.slot] = entry
    }
}
