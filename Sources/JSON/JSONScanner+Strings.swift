extension JSONScanner {
    /// Reads a string: valid UTF-8, escapes resolved, no control character inside.
    package mutating func string() throws(Problem) -> String {
        guard let text = String(validating: try stringBytes(), as: UTF8.self) else {
            throw fail("string that is not valid UTF-8")
        }
        return text
    }

    /// Reads a string as bytes, which nobody has checked to be UTF-8.
    package mutating func stringBytes() throws(Problem) -> [UInt8] {
        try expect(UInt8(ascii: "\""))
        let start = position
        // Nearly all strings hold no escape and are copied in one piece.
        while let byte = peek(), byte >= 0x20, byte != UInt8(ascii: "\\") {
            if byte == UInt8(ascii: "\"") {
                defer { position += 1 }
                return Array(bytes[start..<position])
            }
            position += 1
        }
        return try escapedBytes(after: Array(bytes[start..<position]))
    }

    private mutating func escapedBytes(after head: [UInt8]) throws(Problem) -> [UInt8] {
        var content = head
        while let byte = peek() {
            switch byte {
            case UInt8(ascii: "\""):
                position += 1
                return content
            case UInt8(ascii: "\\"):
                position += 1
                content.append(contentsOf: String(try escape()).utf8)
            case 0..<0x20:
                throw fail("control character inside a string")
            default:
                content.append(byte)
                position += 1
            }
        }
        throw fail("string without an end")
    }

    /// Reads what follows a backslash.
    private mutating func escape() throws(Problem) -> Unicode.Scalar {
        guard let byte = peek() else { throw fail("string without an end") }
        let known = Self.scalar(afterBackslash: byte)
        guard known != nil || byte == UInt8(ascii: "u") else { throw fail("unknown escape") }
        position += 1
        if let known { return known }
        return try escapedScalar()
    }

    /// What one byte behind a backslash stands for; nil for `u`, which four digits follow, and for
    /// bytes that may not stand there.
    package static func scalar(afterBackslash byte: UInt8) -> Unicode.Scalar? {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): Unicode.Scalar(byte)
        case UInt8(ascii: "b"): "\u{8}"
        case UInt8(ascii: "f"): "\u{C}"
        case UInt8(ascii: "n"): "\n"
        case UInt8(ascii: "r"): "\r"
        case UInt8(ascii: "t"): "\t"
        default: nil
        }
    }

    /// Reads `XXXX`, or `XXXX\uXXXX` where the two are a surrogate pair.
    private mutating func escapedScalar() throws(Problem) -> Unicode.Scalar {
        let first = try hexadecimal()
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard first < 0xDC00, consumeExactly("\\u") else { throw fail("half of a surrogate pair") }
        let second = try hexadecimal()
        guard (0xDC00..<0xE000).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
        else { throw fail("half of a surrogate pair") }
        return scalar
    }

    private mutating func hexadecimal() throws(Problem) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = peek(), let digit = Character(Unicode.Scalar(byte)).hexDigitValue
            else {
                throw fail("expected four hexadecimal digits")
            }
            value = value << 4 | UInt32(digit)
            position += 1
        }
        return value
    }
}
