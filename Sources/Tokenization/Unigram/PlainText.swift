/// Which characters normalisation leaves alone, and how far words of nothing else reach.
///
/// Nearly all words of Turkish prose are plain: printable ASCII, Turkish letters, usual quotation
/// marks. Such a word between spaces is segmented as it stands, which gives the same tokens as the
/// long way round: no plain character joins a neighbour in a grapheme cluster, and the charsmap
/// keeps it.
struct PlainText: Sendable {
    /// Whether a byte below 0x80 stands for itself: printable ASCII but the space.
    private let ascii: [Bool]
    /// Whether the scalar U+0080 + index does, up to U+02FF.
    private let latin: [Bool]
    /// Whether U+2010 + index does, up to U+2027.
    private let punctuation: [Bool]

    init(_ charsmap: Charsmap?) {
        func standsForItself(_ value: UInt32) -> Bool {
            let bytes = Array(String(Unicode.Scalar(value) ?? " ").utf8)
            guard !UTF8Scan.isWhitespace(bytes, 0) else { return false }
            guard let found = charsmap?.lookup(bytes[...], .shortest) else { return true }
            return found.replacement.elementsEqual(bytes)
        }
        ascii = (0..<0x80).map { $0 > 0x20 && $0 < 0x7F && standsForItself($0) }
        latin = (0x80..<0x300).map(standsForItself)
        punctuation = (0x2010..<0x2028).map(standsForItself)
    }

    /// A word of plain characters, and the key of it if it is short enough for the cache.
    struct Word {
        let end: Int
        let key: WordCache.Key?
    }

    /// The plain word at `start`, if everything up to the next space or `limit` is plain and what
    /// follows that space does not reach back to it.
    @inline(__always)
    func word(_ text: [UInt8], _ start: Int, _ limit: Int) -> Word? {
        var key = WordCache.Key()
        var at = start
        while at < limit, text[at] != UInt8(ascii: " ") {
            let length = plainLength(text, at, limit)
            if length == 0 { return nil }
            for place in at..<at + length where place - start < WordCache.Key.byteCountMax {
                key.set(place - start, text[place])
            }
            at += length
        }
        let isShort = at - start <= WordCache.Key.byteCountMax
        return Word(end: at, key: isShort ? key : nil)
    }

    /// Bytes of the plain character at `at`; 0 when it is not plain.
    @inline(__always)
    private func plainLength(_ text: [UInt8], _ at: Int, _ limit: Int) -> Int {
        let byte = text[at]
        if byte < 0x80 { return ascii[Int(byte)] ? 1 : 0 }
        if byte < 0xCC {
            guard at + 1 < limit else { return 0 }
            let scalar = Int(byte & 0x1F) << 6 | Int(text[at + 1] & 0x3F)
            return scalar >= 0x80 && latin[scalar - 0x80] ? 2 : 0
        }
        guard byte == 0xE2, at + 2 < limit, text[at + 1] == 0x80 else { return 0 }
        let index = Int(text[at + 2]) - 0x90
        return punctuation.indices.contains(index) && punctuation[index] ? 3 : 0
    }

    /// The end of the stretch from `start` on that has to go the long way: a space between two
    /// plain characters, or `limit`.
    func endOfOther(_ text: [UInt8], _ start: Int, _ limit: Int) -> Int {
        var at = start
        var wasPlain = false
        while at < limit {
            if text[at] == UInt8(ascii: " ") {
                let next = at + 1
                if wasPlain, next < limit, plainLength(text, next, limit) > 0 { return at }
                wasPlain = false
                at = next
                continue
            }
            let length = plainLength(text, at, limit)
            wasPlain = length > 0
            at += UTF8Scan.length(text[at])
        }
        return limit
    }
}
