import AjanCompute

/// A strict reader of JSON text that nobody has checked: no recursion without a limit, no number
/// that does not fit, no name twice in one object.
///
/// It walks the text once and hands out values as they come; it builds no tree unless asked for a
/// `value`, so a hostile file cannot make it use more memory than the caller keeps. Foundation's
/// decoder takes half a second for the vocabulary of XLM-RoBERTa, this some 30 ms.
package struct JSONScanner {
    /// Nesting that `skipValue` and `value` follow; real model files nest a few levels.
    static let depthLimit = 32

    let bytes: [UInt8]
    var position = 0

    /// A break of the rules, at a byte of the text.
    package struct Problem: Error, Equatable {
        package let byte: Int
        package let problem: String
    }

    private init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Gives `body` a scanner of `bytes`, and demands that it reads all of them.
    package static func read<Value>(
        _ bytes: [UInt8], _ body: (inout JSONScanner) throws(Problem) -> Value
    ) throws(Problem) -> Value {
        var scanner = JSONScanner(bytes)
        let value = try body(&scanner)
        try scanner.end()
        return value
    }

    /// A problem at the place that is read next; for what the caller finds wrong, too.
    package func fail(_ problem: String) -> Problem {
        Problem(byte: position, problem: problem)
    }

    // MARK: Values

    /// Reads an object and calls `member` with each name; `member` must read or skip the value.
    ///
    /// - Parameter mayRepeat: leave it to `member` to refuse a name that is there twice.
    package mutating func object(
        mayRepeat: Bool = false, _ member: (inout JSONScanner, String) throws(Problem) -> Void
    ) throws(Problem) {
        var seen = Set<String>()
        try expect(UInt8(ascii: "{"))
        if consume(UInt8(ascii: "}")) { return }
        repeat {
            let name = try string()
            guard mayRepeat || seen.insert(name).inserted else {
                throw fail("name \(quoted: name) twice")
            }
            try expect(UInt8(ascii: ":"))
            try member(&self, name)
        } while consume(UInt8(ascii: ","))
        try expect(UInt8(ascii: "}"))
    }

    /// Reads an array and calls `element` for each element, which must read or skip it.
    package mutating func array(
        _ element: (inout JSONScanner) throws(Problem) -> Void
    ) throws(Problem) {
        try expect(UInt8(ascii: "["))
        if consume(UInt8(ascii: "]")) { return }
        repeat { try element(&self) } while consume(UInt8(ascii: ","))
        try expect(UInt8(ascii: "]"))
    }

    /// Reads an array of integers that are not negative.
    package mutating func naturalNumbers() throws(Problem) -> [Int] {
        var numbers: [Int] = []
        try array { (scanner) throws(Problem) in numbers.append(try scanner.naturalNumber()) }
        return numbers
    }

    /// Reads an object whose values are all strings.
    package mutating func strings() throws(Problem) -> [String: String] {
        var strings: [String: String] = [:]
        try object { (scanner, name) throws(Problem) in strings[name] = try scanner.string() }
        return strings
    }

    /// Reads an integer that is not negative and fits `Int`.
    package mutating func naturalNumber() throws(Problem) -> Int {
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

    /// Reads a finite number.
    package mutating func number() throws(Problem) -> Double {
        skipSpace()
        let start = position
        while let byte = peek(), Self.isNumberByte(byte) { position += 1 }
        let text = bytes[start..<position]
        guard !text.isEmpty, text.count < 64,
            let value = Double(String(decoding: text, as: UTF8.self)), value.isFinite
        else {
            position = start
            throw fail("expected a number")
        }
        return value
    }

    private static func isNumberByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"),
            UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"):
            true
        default: false
        }
    }

    /// Demands that nothing but white space is left.
    private mutating func end() throws(Problem) {
        skipSpace()
        guard position == bytes.count else { throw fail("text after the end") }
    }

    /// Reads past any value, at most `depthLimit` levels deep.
    package mutating func skipValue(depth: Int = 0) throws(Problem) {
        guard depth < Self.depthLimit else {
            throw fail("nested deeper than \(Self.depthLimit) levels")
        }
        switch next() {
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

    // MARK: Bytes

    func peek() -> UInt8? {
        position < bytes.count ? bytes[position] : nil
    }

    /// The next byte that is not white space; nil at the end.
    package mutating func next() -> UInt8? {
        skipSpace()
        return peek()
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

    mutating func consumeExactly(_ text: StaticString) -> Bool {
        let wanted = Array("\(text)".utf8)
        guard bytes[position...].starts(with: wanted) else { return false }
        position += wanted.count
        return true
    }

    /// Reads past `byte` (after white space), which must be next.
    package mutating func expect(_ byte: UInt8) throws(Problem) {
        guard consume(byte) else {
            let expected = "expected \(quoted: String(Unicode.Scalar(byte)))"
            throw fail(peek() == nil ? "it breaks off; \(expected)" : expected)
        }
    }
}
