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
    private(set) var bytes: [UInt8] = []
    /// Start and end, in the original text, of what became each byte.
    private var starts: [Int32] = []
    private var ends: [Int32] = []

    init(capacity: Int) {
        bytes.reserveCapacity(capacity)
        starts.reserveCapacity(capacity)
        ends.reserveCapacity(capacity)
    }

    mutating func append(_ byte: UInt8, origin: Range<Int>) {
        bytes.append(byte)
        starts.append(Int32(truncatingIfNeeded: origin.lowerBound))
        ends.append(Int32(truncatingIfNeeded: origin.upperBound))
    }

    mutating func append(_ other: some Sequence<UInt8>, origin: Range<Int>) {
        for byte in other { append(byte, origin: origin) }
    }

    mutating func removeLast(_ count: Int) {
        bytes.removeLast(count)
        starts.removeLast(count)
        ends.removeLast(count)
    }

    /// Where the byte at `index` came from.
    func origin(_ index: Int) -> Range<Int> { Int(starts[index])..<Int(ends[index]) }

    /// Where the bytes `range`, at least one, came from. A token that is a part of one original
    /// character takes all of it.
    func original(_ range: Range<Int>) -> Range<Int> {
        Int(starts[range.lowerBound])..<Int(ends[range.upperBound - 1])
    }
}
