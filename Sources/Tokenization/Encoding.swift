/// The tokens of one text.
package struct Encoding: Sendable, Equatable {
    /// Rows of the embedding table.
    package var ids: [Int32] = []
    /// Where in the UTF-8 bytes of the text each token came from; empty for added special tokens.
    package var offsets: [Range<Int>] = []
    /// Whether the tokenizer added the token around the text.
    package var isSpecial: [Bool] = []

    mutating func append(_ id: Int32, _ offset: Range<Int>, isSpecial special: Bool = false) {
        ids.append(id)
        offsets.append(offset)
        isSpecial.append(special)
    }
}

/// A text after normalisation: its bytes, and for each byte where it came from.
struct NormalizedText {
    var bytes: [UInt8] = []
    /// Start, in the original text, of what became each byte.
    var origins: [Int32] = []
    /// End of the original text.
    var originalEnd: Int32 = 0

    init(capacity: Int) {
        bytes.reserveCapacity(capacity)
        origins.reserveCapacity(capacity)
    }

    mutating func append(_ byte: UInt8, origin: Int) {
        bytes.append(byte)
        origins.append(Int32(truncatingIfNeeded: origin))
    }

    mutating func append(_ other: some Sequence<UInt8>, origin: Int) {
        for byte in other { append(byte, origin: origin) }
    }

    /// The original range of the normalised bytes `range`. What vanished in normalisation belongs to
    /// the token before it; a token that is a part of one original character takes all of it.
    func original(_ range: Range<Int>) -> Range<Int> {
        guard range.lowerBound < origins.count else { return Int(originalEnd)..<Int(originalEnd) }
        let start = origins[range.lowerBound]
        var next = range.upperBound
        while next < origins.count, origins[next] <= start { next += 1 }
        return Int(start)..<Int(next < origins.count ? origins[next] : originalEnd)
    }
}
