/// Steps through valid UTF-8; nothing outside the text is read when it is not.
enum UTF8Scan {
    /// Bytes of the scalar whose first byte is `byte`.
    @inline(__always)
    static func length(_ byte: UInt8) -> Int {
        byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4
    }

    /// Start of the scalar that ends before `at`.
    @inline(__always)
    static func startOfPrevious(_ text: [UInt8], _ at: Int) -> Int {
        var start = at - 1
        while start > 0, text[start] & 0xC0 == 0x80 { start -= 1 }
        return start
    }

    /// The scalar at `at`.
    @inline(__always)
    static func scalar(_ text: [UInt8], _ at: Int) -> UInt32 {
        let byte = UInt32(text[at])
        func next(_ offset: Int) -> UInt32 {
            at + offset < text.count ? UInt32(text[at + offset] & 0x3F) : 0
        }
        switch length(text[at]) {
        case 1: return byte
        case 2: return (byte & 0x1F) << 6 | next(1)
        case 3: return (byte & 0x0F) << 12 | next(1) << 6 | next(2)
        default: return (byte & 0x07) << 18 | next(1) << 12 | next(2) << 6 | next(3)
        }
    }

    /// Whether the scalar at `at` has the Unicode property White_Space.
    @inline(__always)
    static func isWhitespace(_ text: [UInt8], _ at: Int) -> Bool {
        let byte = text[at]
        if byte < 0x80 { return byte == 0x20 || (0x09...0x0D).contains(byte) }
        guard byte == 0xC2 || byte >= 0xE1 else { return false }
        switch scalar(text, at) {
        case 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000:
            return true
        default: return false
        }
    }
}
