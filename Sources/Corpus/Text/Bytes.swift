/// Classes of UTF-8 bytes. Bytes from 128 up belong to letters here: every Turkish letter outside
/// ASCII is made of them, and a wrong guess on a curly quote only moves a word boundary.
enum Bytes {
    @inline(__always)
    static func isDigit(_ byte: UInt8) -> Bool { byte &- 48 < 10 }

    @inline(__always)
    static func isUpper(_ byte: UInt8) -> Bool { byte &- 65 < 26 }

    @inline(__always)
    static func isASCIILetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 97 < 26 }

    @inline(__always)
    static func isAlphanumeric(_ byte: UInt8) -> Bool {
        isDigit(byte) || isASCIILetter(byte) || byte >= 128
    }

    @inline(__always)
    static func isHex(_ byte: UInt8) -> Bool { isDigit(byte) || (byte | 0x20) &- 97 < 6 }

    @inline(__always)
    static func isSpace(_ byte: UInt8) -> Bool { byte == 32 || byte &- 9 < 5 }
}

/// A read-only look at UTF-8 text that answers 0 outside of its bounds, so that recognisers need no
/// bounds arithmetic of their own.
struct ByteView: Sendable {
    let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var count: Int { bytes.count }

    @inline(__always)
    subscript(_ index: Int) -> UInt8 {
        index >= 0 && index < bytes.count ? bytes[index] : 0
    }

    /// Width of the separator at `index` that may stand inside a number: a space, a no-break space,
    /// `-`, `.` or `/`; 0 when there is none.
    @inline(__always)
    func separatorWidth(at index: Int) -> Int {
        switch self[index] {
        case UInt8(ascii: " "), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "/"): 1
        case 0xC2 where self[index + 1] == 0xA0: 2
        default: 0
        }
    }

    /// Whether a token can begin at `index`: the byte before it is no letter and no digit.
    @inline(__always)
    func isTokenStart(_ index: Int) -> Bool {
        index == 0 || !Bytes.isAlphanumeric(self[index - 1]) || isPunctuationBefore(index)
    }

    /// A number may end at `index`: neither a letter or digit follows, nor a decimal part.
    @inline(__always)
    func isNumberEnd(_ index: Int) -> Bool {
        let next = self[index]
        if Bytes.isDigit(next) || Bytes.isASCIILetter(next) || isLetter(at: index) { return false }
        let joins = next == UInt8(ascii: ".") || next == UInt8(ascii: ",")
        return !(joins && Bytes.isDigit(self[index + 1]))
    }

    /// A letter outside ASCII that Turkish uses (U+00C0 to U+017F) begins at `index`.
    @inline(__always)
    func isLetter(at index: Int) -> Bool {
        Bytes.isASCIILetter(self[index]) || (self[index] >= 0xC3 && self[index] <= 0xC5)
    }

    /// The character before `index` is a no-break space or general punctuation (quotes, dashes).
    private func isPunctuationBefore(_ index: Int) -> Bool {
        (self[index - 2] == 0xC2 && self[index - 1] <= 0xBF)
            || (self[index - 3] == 0xE2 && self[index - 2] <= 0x81)
    }
}
