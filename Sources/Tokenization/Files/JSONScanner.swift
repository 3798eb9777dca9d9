import Compute
import Foundation

/// A JSON value of a tokenizer file. The vocabulary, which holds nearly all of the file, is never
/// turned into such values.
enum JSONValue: Sendable, Equatable {
    case null
    case bool(Bool)
    case number(Double)
    case string([UInt8])
    case array([JSONValue])
    case object([String: JSONValue])

    subscript(key: String) -> JSONValue? {
        if case .object(let fields) = self { fields[key] } else { nil }
    }

    var text: String? {
        if case .string(let bytes) = self { String(decoding: bytes, as: UTF8.self) } else { nil }
    }

    var bytes: [UInt8]? {
        if case .string(let bytes) = self { bytes } else { nil }
    }

    var int: Int? {
        if case .number(let value) = self { Int(exactly: value) } else { nil }
    }

    var bool: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    var array: [JSONValue]? {
        if case .array(let values) = self { values } else { nil }
    }
}

/// Reads JSON from bytes, once, front to back, with a bound on nesting. Strings stay bytes.
///
/// Foundation's decoder takes half a second for the vocabulary of XLM-RoBERTa, more than everything
/// else in a cold start together; this takes some 30 ms.
struct JSONScanner {
    private let bytes: [UInt8]
    private let file: String
    private(set) var position = 0

    private static let depthMax = 32

    init(_ bytes: [UInt8], file: String) {
        self.bytes = bytes
        self.file = file
    }

    /// Reads an object and gives each key to `body`, which must read the value.
    mutating func object(
        _ body: (inout JSONScanner, String) throws(TokenizationError) -> Void
    ) throws(TokenizationError) {
        try expect(UInt8(ascii: "{"))
        if try skip(UInt8(ascii: "}")) { return }
        repeat {
            let key = String(decoding: try string(), as: UTF8.self)
            try expect(UInt8(ascii: ":"))
            try body(&self, key)
        } while try skip(UInt8(ascii: ","))
        try expect(UInt8(ascii: "}"))
    }

    /// Reads an array and calls `body` at each element, which must read it.
    mutating func array(
        _ body: (inout JSONScanner) throws(TokenizationError) -> Void
    ) throws(TokenizationError) {
        try expect(UInt8(ascii: "["))
        if try skip(UInt8(ascii: "]")) { return }
        repeat { try body(&self) } while try skip(UInt8(ascii: ","))
        try expect(UInt8(ascii: "]"))
    }

    /// Reads any value.
    mutating func value(depth: Int = 0) throws(TokenizationError) -> JSONValue {
        guard depth < Self.depthMax else { throw damaged("it is nested too deeply") }
        switch try peek() {
        case UInt8(ascii: "{"):
            var fields: [String: JSONValue] = [:]
            try object { (scanner, key) throws(TokenizationError) in
                fields[key] = try scanner.value(depth: depth + 1)
            }
            return .object(fields)
        case UInt8(ascii: "["):
            var values: [JSONValue] = []
            try array { scanner throws(TokenizationError) in
                values.append(try scanner.value(depth: depth + 1))
            }
            return .array(values)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try literal("true", .bool(true))
        case UInt8(ascii: "f"): return try literal("false", .bool(false))
        case UInt8(ascii: "n"): return try literal("null", .null)
        default: return .number(try number())
        }
    }

    /// Reads a string as bytes; `\u` escapes become UTF-8, a lone surrogate becomes U+FFFD.
    mutating func string() throws(TokenizationError) -> [UInt8] {
        try expect(UInt8(ascii: "\""))
        let start = position
        while position < bytes.count {
            let byte = bytes[position]
            if byte == UInt8(ascii: "\"") {
                defer { position += 1 }
                return Array(bytes[start..<position])
            }
            if byte == UInt8(ascii: "\\") {
                return try escapedString(Array(bytes[start..<position]))
            }
            position += 1
        }
        throw damaged("a string has no end")
    }

    private mutating func escapedString(_ head: [UInt8]) throws(TokenizationError) -> [UInt8] {
        var out = head
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            if byte == UInt8(ascii: "\"") { return out }
            guard byte == UInt8(ascii: "\\") else {
                out.append(byte)
                continue
            }
            guard position < bytes.count else { break }
            let code = bytes[position]
            position += 1
            switch code {
            case UInt8(ascii: "n"): out.append(0x0A)
            case UInt8(ascii: "t"): out.append(0x09)
            case UInt8(ascii: "r"): out.append(0x0D)
            case UInt8(ascii: "b"): out.append(0x08)
            case UInt8(ascii: "f"): out.append(0x0C)
            case UInt8(ascii: "u"): try appendUnicodeEscape(to: &out)
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): out.append(code)
            default: throw damaged("an unknown escape in a string")
            }
        }
        throw damaged("a string has no end")
    }

    private mutating func appendUnicodeEscape(to out: inout [UInt8]) throws(TokenizationError) {
        var value = try hex4()
        if (0xD800..<0xDC00).contains(value), position + 1 < bytes.count,
            bytes[position] == UInt8(ascii: "\\"), bytes[position + 1] == UInt8(ascii: "u")
        {
            position += 2
            let low = try hex4()
            value =
                (0xDC00..<0xE000).contains(low)
                ? 0x10000 + (value - 0xD800) << 10 + (low - 0xDC00) : 0xFFFD
        }
        let scalar = Unicode.Scalar(value) ?? "\u{FFFD}"
        out.append(contentsOf: String(scalar).utf8)
    }

    private mutating func hex4() throws(TokenizationError) -> UInt32 {
        guard position + 4 <= bytes.count,
            let value = UInt32(
                String(decoding: bytes[position..<position + 4], as: UTF8.self), radix: 16)
        else { throw damaged("a broken \\u escape") }
        position += 4
        return value
    }

    /// Reads a number.
    mutating func number() throws(TokenizationError) -> Double {
        _ = try peek()
        let start = position
        while position < bytes.count, Self.isNumberByte(bytes[position]) { position += 1 }
        guard position > start, position - start < 64,
            let value = Double(String(decoding: bytes[start..<position], as: UTF8.self)),
            value.isFinite
        else { throw damaged("a number is missing or broken") }
        return value
    }

    private static func isNumberByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."),
            UInt8(ascii: "e"), UInt8(ascii: "E"):
            true
        default: false
        }
    }

    /// The next byte that is not white space, not consumed.
    mutating func peek() throws(TokenizationError) -> UInt8 {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x09, 0x0A, 0x0D: position += 1
            default: return bytes[position]
            }
        }
        throw damaged("it breaks off")
    }

    /// Consumes `byte` if it is next.
    mutating func skip(_ byte: UInt8) throws(TokenizationError) -> Bool {
        guard try peek() == byte else { return false }
        position += 1
        return true
    }

    mutating func expect(_ byte: UInt8) throws(TokenizationError) {
        guard try skip(byte) else {
            throw damaged("\(quoted: String(Unicode.Scalar(byte))) is missing")
        }
    }

    private mutating func literal(
        _ text: String, _ value: JSONValue
    ) throws(TokenizationError) -> JSONValue {
        guard bytes[position...].starts(with: text.utf8) else {
            throw damaged("an unknown word where a value should be")
        }
        position += text.utf8.count
        return value
    }

    private func damaged(_ problem: String) -> TokenizationError {
        .damaged(file: file, problem: "\(problem) (byte \(position))")
    }
}
