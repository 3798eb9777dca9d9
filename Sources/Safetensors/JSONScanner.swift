import Compute

/// A strict reader of JSON text that nobody has checked: no recursion without a limit, no number
/// that does not fit, no name twice in one object.
///
/// It walks the text once and hands out values as they come; it builds no tree, so a hostile file
/// cannot make it use more memory than the caller keeps.
struct JSONScanner {
    /// Nesting that `skipValue` follows; real checkpoint files nest two levels.
    static let depthLimit = 32

    private let bytes: [UInt8]
    private(set) var position = 0

    /// A break of the rules, at a byte of the text.
    struct Problem: Error, Equatable {
        let byte: Int
        let problem: String
    }

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    private func fail(_ problem: String) -> Problem {
        Problem(byte: position, problem: problem)
    }

    // MARK: Values

    /// Reads an object and calls `member` with each name; `member` must read or skip the value.
    mutating func object(
        _ member: (inout JSONScanner, String) throws(Problem) -> Void
    ) throws(Problem) {
        var seen = Set<String>()
        try expect(UInt8(ascii: "{"))
        if consume(UInt8(ascii: "}")) { return }
        repeat {
            let name = try string()
            guard seen.insert(name).inserted else { throw fail("name \(quoted: name) twice") }
            try expect(UInt8(ascii: ":"))
            try member(&self, name)
        } while consume(UInt8(ascii: ","))
        try expect(UInt8(ascii: "}"))
    }

    /// Reads an array and calls `element` for each element, which must read or skip it.
    mutating func array(
        _ element: (inout JSONScanner) throws(Problem) -> Void
    ) throws(Problem) {
        try expect(UInt8(ascii: "["))
        if consume(UInt8(ascii: "]")) { return }
        repeat { try element(&self) } while consume(UInt8(ascii: ","))
        try expect(UInt8(ascii: "]"))
    }

    /// Reads an array of integers that are not negative.
    mutating func naturalNumbers() throws(Problem) -> [Int] {
        var numbers: [Int] = []
        try array { (scanner) throws(Problem) in numbers.append(try scanner.naturalNumber()) }
        return numbers
    }

    /// Reads an object whose values are all strings.
    mutating func strings() throws(Problem) -> [String: String] {
        var strings: [String: String] = [:]
        try object { (scanner, name) throws(Problem) in strings[name] = try scanner.string() }
        return strings
    }

    /// Reads an integer that is not negative and fits `Int`.
    mutating func naturalNumber() throws(Problem) -> Int {
        skipSpace()
        let start = position
        var value = 0
        while let byte = peek(), byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") {
            let (tens, overflowTens) = value.multipliedReportingOverflow(by: 10)
            let (sum, overflowSum) = tens.addingReportingOverflow(Int(byte - UInt8(ascii: "0")))
            guard !overflowTens, !overflowSum else { throw fail("number larger than \(Int.max)") }
            value = sum
            position += 1
        }
        guard position > start else { throw fail("expected a whole number, 0 or larger") }
        guard position == start + 1 || bytes[start] != UInt8(ascii: "0") else {
            throw fail("number with a leading zero")
        }
        return value
    }

    /// Demands that nothing but white space is left.
    mutating func end() throws(Problem) {
        skipSpace()
        guard position == bytes.count else { throw fail("text after the end") }
    }

    /// Reads past any value, at most `depthLimit` levels deep.
    mutating func skipValue(depth: Int = 0) throws(Problem) {
        guard depth < Self.depthLimit else {
            throw fail("nested deeper than \(Self.depthLimit) levels")
        }
        skipSpace()
        switch peek() {
        case UInt8(ascii: "{"):
            try object { (scanner, _) throws(Problem) in try scanner.skipValue(depth: depth + 1) }
        case UInt8(ascii: "["):
            try array { (scanner) throws(Problem) in try scanner.skipValue(depth: depth + 1) }
        case UInt8(ascii: "\""):
            _ = try string()
        default:
            try skipWord()
        }
    }

    /// Reads past a number or one of the words true, false, null.
    private mutating func skipWord() throws(Problem) {
        let start = position
        while let byte = peek(), Self.isWordByte(byte) { position += 1 }
        guard position > start else { throw fail("expected a value") }
        let word = String(decoding: bytes[start..<position], as: UTF8.self)
        guard ["true", "false", "null"].contains(word) || Double(word) != nil else {
            position = start
            throw fail("expected a value, found \(quoted: word)")
        }
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "+"), UInt8(ascii: "-"),
            UInt8(ascii: "."):
            true
        default: false
        }
    }

    // MARK: Strings

    /// Reads a string: valid UTF-8, escapes resolved, no control character inside.
    mutating func string() throws(Problem) -> String {
        try expect(UInt8(ascii: "\""))
        var content: [UInt8] = []
        while let byte = peek() {
            switch byte {
            case UInt8(ascii: "\""):
                guard let text = String(validating: content, as: UTF8.self) else {
                    throw fail("string that is not valid UTF-8")
                }
                position += 1
                return text
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
        position += 1
        switch byte {
        case UInt8(ascii: "\""): return "\""
        case UInt8(ascii: "\\"): return "\\"
        case UInt8(ascii: "/"): return "/"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try escapedScalar()
        default:
            position -= 1
            throw fail("unknown escape")
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

    // MARK: Bytes

    private func peek() -> UInt8? {
        position < bytes.count ? bytes[position] : nil
    }

    private mutating func skipSpace() {
        while let byte = peek(), byte == 0x20 || (0x9...0xA).contains(byte) || byte == 0xD {
            position += 1
        }
    }

    /// Reads past `byte` (after white space) if it is next.
    private mutating func consume(_ byte: UInt8) -> Bool {
        skipSpace()
        guard peek() == byte else { return false }
        position += 1
        return true
    }

    private mutating func consumeExactly(_ text: StaticString) -> Bool {
        let wanted = Array("\(text)".utf8)
        guard bytes[position...].starts(with: wanted) else { return false }
        position += wanted.count
        return true
    }

    private mutating func expect(_ byte: UInt8) throws(Problem) {
        guard consume(byte) else {
            throw fail("expected \(quoted: String(Unicode.Scalar(byte)))")
        }
    }
}
