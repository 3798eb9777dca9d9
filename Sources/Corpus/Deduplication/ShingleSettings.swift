/// What two texts are compared by.
package struct ShingleSettings: Codable, Sendable, Equatable {
    package enum Unit: String, Codable, CaseIterable, Sendable {
        case words
        case characters
    }

    package var unit: Unit
    /// Words of a shingle, 1 to 8, or its folded characters, 3 to 8.
    package var size: Int

    package init(unit: Unit = .words, size: Int = 3) {
        self.unit = unit
        self.size = size
    }

    /// The distinct shingles of a text as sorted 32-bit hashes. A text shorter than one shingle is
    /// one shingle itself.
    func shingles(of text: FoldedText) -> [UInt32] {
        var hashes = unit == .words ? words(text) : characters(text)
        hashes.sort()
        var count = 0
        for hash in hashes where count == 0 || hashes[count - 1] != hash {
            hashes[count] = hash
            count += 1
        }
        hashes.removeSubrange(count...)
        return hashes
    }

    private func words(_ text: FoldedText) -> [UInt32] {
        let runs = WordRuns(text.wordHashes)
        guard text.wordCount > size else {
            return text.wordCount == 0 ? [] : [Self.short(runs.hash(0, text.wordCount))]
        }
        return (0...(text.wordCount - size)).map { Self.short(runs.hash($0, size)) }
    }

    /// Up to eight bytes make one word of 64 bits, so equal hashes of equal sizes come nearly only
    /// from equal shingles.
    private func characters(_ text: FoldedText) -> [UInt32] {
        var window: UInt64 = 0
        let mask: UInt64 = size == 8 ? .max : (1 << UInt64(size * 8)) - 1
        guard text.bytes.count > size else {
            for byte in text.bytes { window = window << 8 | UInt64(byte) }
            return text.bytes.isEmpty ? [] : [Self.short(Mix.finish(window))]
        }
        var hashes: [UInt32] = []
        hashes.reserveCapacity(text.bytes.count)
        for (index, byte) in text.bytes.enumerated() {
            window = (window << 8 | UInt64(byte)) & mask
            if index >= size - 1 { hashes.append(Self.short(Mix.finish(window))) }
        }
        return hashes
    }

    private static func short(_ hash: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: hash >> 32) }
}

/// Jaccard similarity of two sorted sets: common members over all members.
enum Jaccard {
    static func similarity(_ left: [UInt32], _ right: [UInt32]) -> Double {
        guard !left.isEmpty || !right.isEmpty else { return 1 }
        var (i, j, common) = (0, 0, 0)
        while i < left.count, j < right.count {
            let (a, b) = (left[i], right[j])
            common += a == b ? 1 : 0
            i += a <= b ? 1 : 0
            j += b <= a ? 1 : 0
        }
        return Double(common) / Double(left.count + right.count - common)
    }
}
