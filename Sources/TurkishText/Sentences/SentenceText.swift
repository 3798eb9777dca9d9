/// UTF-8 text as the sentence rules look at it: 0 outside of its bounds, words and classes of
/// letters.
struct SentenceText {
    let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    @inline(__always)
    subscript(_ index: Int) -> UInt8 {
        index >= 0 && index < bytes.count ? bytes[index] : 0
    }

    /// Bytes of the character at `index`, 1 for what is no beginning of one.
    @inline(__always)
    func width(at index: Int) -> Int {
        switch self[index] {
        case 0xC2...0xDF: 2
        case 0xE0...0xEF: 3
        case 0xF0...0xF4: 4
        default: 1
        }
    }

    /// White space of ASCII and the no-break space.
    @inline(__always)
    func isSpace(at index: Int) -> Bool {
        let byte = self[index]
        return byte == 0x20 || byte &- 9 < 5 || (byte == 0xC2 && self[index + 1] == 0xA0)
    }

    func isDigit(at index: Int) -> Bool { self[index] &- 48 < 10 }

    /// A Turkish capital begins at `index`.
    func isUpper(at index: Int) -> Bool {
        switch (self[index], self[index + 1]) {
        case (0x41...0x5A, _), (0xC3, 0x80...0x9E), (0xC4, 0x9E), (0xC4, 0xB0), (0xC5, 0x9E): true
        default: false
        }
    }

    /// A Turkish small letter begins at `index`.
    func isLower(at index: Int) -> Bool {
        switch (self[index], self[index + 1]) {
        case (0x61...0x7A, _), (0xC3, 0x9F...0xBF), (0xC4, 0x9F), (0xC4, 0xB1), (0xC5, 0x9F): true
        default: false
        }
    }

    /// A byte of a word: letters, digits, everything beyond ASCII but general punctuation.
    func isWord(at index: Int) -> Bool {
        let byte = self[index]
        if byte < 0x80 { return byte &- 48 < 10 || (byte | 0x20) &- 97 < 26 }
        return byte >= 0xC3 && byte != 0xE2 || (byte < 0xC0 && isLetterTail(at: index))
    }

    /// The second byte of a two-byte letter.
    private func isLetterTail(at index: Int) -> Bool {
        self[index - 1] >= 0xC3 && self[index - 1] < 0xE0
    }

    /// A closing quote or bracket begins at `index`. A straight quote closes when a space, a mark
    /// or the end follows.
    func isCloser(at index: Int) -> Bool {
        switch self[index] {
        case UInt8(ascii: ")"), UInt8(ascii: "]"): return true
        case UInt8(ascii: "\""), UInt8(ascii: "'"):
            return index + 1 >= bytes.count || isSpace(at: index + 1)
                || ".,;:!?)]\"'".utf8.contains(self[index + 1])
        case 0xC2: return self[index + 1] == 0xBB
        case 0xE2:
            return self[index + 1] == 0x80 && (self[index + 2] == 0x9D || self[index + 2] == 0x99)
        default: return false
        }
    }

    /// The closing bracket behind `index`, unless a line end comes first.
    func closingBracket(after index: Int, reach: Int) -> Int? {
        let end = min(bytes.count, index + reach)
        var at = index
        while at < end, bytes[at] != 0x0A {
            if bytes[at] == UInt8(ascii: ")") || bytes[at] == UInt8(ascii: "]") { return at }
            at += 1
        }
        return nil
    }

    /// Behind the closing quote that follows `index`, unless a line end comes first.
    func closingQuote(after index: Int, reach: Int) -> Int? {
        let end = min(bytes.count, index + reach)
        var at = index
        while at < end, bytes[at] != 0x0A {
            if bytes[at] == UInt8(ascii: "\"") { return at + 1 }
            if bytes[at] == 0xE2, self[at + 1] == 0x80, self[at + 2] == 0x9D { return at + 3 }
            if bytes[at] == 0xC2, self[at + 1] == 0xBB { return at + 2 }
            at += 1
        }
        return nil
    }

    /// `range` without white space at its ends.
    func trimmed(_ range: Range<Int>) -> Range<Int> {
        var (start, end) = (range.lowerBound, range.upperBound)
        while start < end, isSpace(at: start) { start += bytes[start] == 0xC2 ? 2 : 1 }
        while end > start {
            if bytes[end - 1] == 0x20 || bytes[end - 1] &- 9 < 5 {
                end -= 1
            } else if end - start >= 2, bytes[end - 1] == 0xA0, bytes[end - 2] == 0xC2 {
                end -= 2
            } else {
                break
            }
        }
        return start..<end
    }

    /// The word that ends at `end`, points inside it included ("T.C", "www.site.com"); empty if
    /// there is none.
    func tokenBefore(_ end: Int) -> Range<Int> {
        var start = end
        while start > 0, !isSpace(at: start - 1), end - start < 80 {
            if self[start - 1] == 0xA0, self[start - 2] == 0xC2 { break }
            if "([\"".utf8.contains(self[start - 1]) || isCurlyOpener(endingAt: start) { break }
            start -= 1
        }
        return start..<end
    }

    /// “ or « ends at `index`.
    private func isCurlyOpener(endingAt index: Int) -> Bool {
        (self[index - 1] == 0x9C && self[index - 2] == 0x80 && self[index - 3] == 0xE2)
            || (self[index - 1] == 0xAB && self[index - 2] == 0xC2)
    }

    /// The letters and digits that end at `end`.
    func wordBefore(_ end: Int) -> Range<Int> {
        var start = end
        while start > 0, isWord(at: start - 1), end - start < 40 { start -= 1 }
        return start..<end
    }

    /// The first word behind `index`, over white space and opening quotes.
    func nextWord(after index: Int) -> Range<Int> {
        var start = index
        while start < bytes.count, isSpace(at: start) || isOpener(at: start) {
            start += width(at: start)
        }
        var end = start
        while end < bytes.count, isWord(at: end) { end += 1 }
        return start..<end
    }

    /// An opening quote, bracket or dash begins at `index`.
    func isOpener(at index: Int) -> Bool {
        switch self[index] {
        case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "("), UInt8(ascii: "["): true
        case 0xC2: self[index + 1] == 0xAB
        case 0xE2: self[index + 1] == 0x80 && (self[index + 2] == 0x9C || self[index + 2] == 0x98)
        default: false
        }
    }

    func string(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
}
