import AjanJSON

/// Takes named strings out of one line of JSON and passes over everything else. A corpus is
/// gigabytes of such lines, and decoding a whole object costs more than all filters together.
/// Unlike `JSONScanner` it forgives: half a surrogate pair becomes U+FFFD, the last of two equal
/// names wins.
struct RecordScanner {
    private let bytes: ArraySlice<UInt8>
    private var index: Int

    private static let depthMax = 64

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        index = bytes.startIndex
    }

    /// The strings of the keys `names` at the top of the object, nil for keys that are absent, null
    /// or no strings. nil when the line is no JSON object.
    mutating func strings(_ names: [String?]) -> [String?]? {
        let keys = names.map { $0.map { Array($0.utf8) } }
        var values = [String?](repeating: nil, count: names.count)
        guard take(UInt8(ascii: "{")) else { return nil }
        if take(UInt8(ascii: "}")) { return isAtEnd ? values : nil }
        repeat {
            guard let key = string(), take(UInt8(ascii: ":")) else { return nil }
            if let place = keys.firstIndex(where: { $0.map { key.utf8.elementsEqual($0) } ?? false }
            ),
                peek == UInt8(ascii: "\"")
            {
                guard let value = string() else { return nil }
                values[place] = value
            } else if !skipValue(depth: 0) {
                return nil
            }
        } while take(UInt8(ascii: ","))
        return take(UInt8(ascii: "}")) && isAtEnd ? values : nil
    }

    /// The names at the top of the object, in order; nil when the line is no JSON object.
    mutating func names() -> [String]? {
        var names: [String] = []
        guard take(UInt8(ascii: "{")) else { return nil }
        if take(UInt8(ascii: "}")) { return isAtEnd ? names : nil }
        repeat {
            guard let name = string(), take(UInt8(ascii: ":")), skipValue(depth: 0) else {
                return nil
            }
            names.append(name)
        } while take(UInt8(ascii: ","))
        return take(UInt8(ascii: "}")) && isAtEnd ? names : nil
    }

    private var isAtEnd: Bool {
        mutating get {
            skipSpace()
            return index == bytes.endIndex
        }
    }

    private var peek: UInt8 {
        mutating get {
            skipSpace()
            return index < bytes.endIndex ? bytes[index] : 0
        }
    }

    private mutating func skipSpace() {
        while index < bytes.endIndex, bytes[index] == 0x20 || bytes[index] &- 9 < 5 { index += 1 }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard peek == byte else { return false }
        index += 1
        return true
    }

    /// Moves over any value; false when it is none.
    private mutating func skipValue(depth: Int) -> Bool {
        guard depth < Self.depthMax else { return false }
        switch peek {
        case UInt8(ascii: "\""): return string() != nil
        case UInt8(ascii: "{"):
            index += 1
            if take(UInt8(ascii: "}")) { return true }
            repeat {
                guard peek == UInt8(ascii: "\""), string() != nil, take(UInt8(ascii: ":")),
                    skipValue(depth: depth + 1)
                else { return false }
            } while take(UInt8(ascii: ","))
            return take(UInt8(ascii: "}"))
        case UInt8(ascii: "["):
            index += 1
            if take(UInt8(ascii: "]")) { return true }
            repeat {
                guard skipValue(depth: depth + 1) else { return false }
            } while take(UInt8(ascii: ","))
            return take(UInt8(ascii: "]"))
        default: return skipLiteral()
        }
    }

    /// Numbers and words: letters, digits, signs.
    private mutating func skipLiteral() -> Bool {
        let start = index
        while index < bytes.endIndex,
            Bytes.isAlphanumeric(bytes[index]) || "+-.".utf8.contains(bytes[index])
        {
            index += 1
        }
        return index > start
    }

    /// The string at `index`; nil when there is none or it is not UTF-8.
    private mutating func string() -> String? {
        guard take(UInt8(ascii: "\"")) else { return nil }
        let start = index
        while index < bytes.endIndex, bytes[index] != UInt8(ascii: "\""),
            bytes[index] != UInt8(ascii: "\\")
        {
            if bytes[index] < 0x20 { return nil }
            index += 1
        }
        guard index < bytes.endIndex else { return nil }
        if bytes[index] == UInt8(ascii: "\"") {
            defer { index += 1 }
            return String(validating: bytes[start..<index], as: UTF8.self)
        }
        return escapedString(from: start)
    }

    /// The rest of a string that holds escapes.
    private mutating func escapedString(from start: Int) -> String? {
        var out = Array(bytes[start..<index])
        while index < bytes.endIndex {
            let byte = bytes[index]
            index += 1
            switch byte {
            case UInt8(ascii: "\""): return String(validating: out, as: UTF8.self)
            case UInt8(ascii: "\\"):
                guard let scalar = escape() else { return nil }
                out.append(contentsOf: Array(String(Character(scalar)).utf8))
            case ..<0x20: return nil
            default: out.append(byte)
            }
        }
        return nil
    }

    private mutating func escape() -> Unicode.Scalar? {
        guard index < bytes.endIndex else { return nil }
        let byte = bytes[index]
        index += 1
        return byte == UInt8(ascii: "u")
            ? unicodeEscape() : JSONScanner.scalar(afterBackslash: byte)
    }

    /// `\uXXXX`, or two of them that make one scalar; half a pair becomes U+FFFD.
    private mutating func unicodeEscape() -> Unicode.Scalar? {
        guard let first = hexDigits() else { return nil }
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard first < 0xDC00, index + 1 < bytes.endIndex, bytes[index] == UInt8(ascii: "\\"),
            bytes[index + 1] == UInt8(ascii: "u")
        else { return "\u{FFFD}" }
        let resume = index
        index += 2
        guard let second = hexDigits() else { return nil }
        guard (0xDC00...0xDFFF).contains(second) else {
            index = resume
            return "\u{FFFD}"
        }
        return Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
    }

    private mutating func hexDigits() -> UInt32? {
        guard index + 4 <= bytes.endIndex else { return nil }
        let digits = String(decoding: bytes[index..<(index + 4)], as: UTF8.self)
        index += 4
        return digits.utf8.allSatisfy(Bytes.isHex) ? UInt32(digits, radix: 16) : nil
    }
}
