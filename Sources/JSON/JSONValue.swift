/// Any JSON value. Strings stay bytes.
package enum JSONValue: Sendable, Equatable {
    case null
    case bool(Bool)
    case number(Double)
    case string([UInt8])
    case array([JSONValue])
    case object([String: JSONValue])

    package subscript(key: String) -> JSONValue? {
        if case .object(let fields) = self { fields[key] } else { nil }
    }

    package var text: String? {
        if case .string(let bytes) = self { String(decoding: bytes, as: UTF8.self) } else { nil }
    }

    package var bytes: [UInt8]? {
        if case .string(let bytes) = self { bytes } else { nil }
    }

    package var int: Int? {
        if case .number(let value) = self { Int(exactly: value) } else { nil }
    }

    package var bool: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    package var array: [JSONValue]? {
        if case .array(let values) = self { values } else { nil }
    }
}

extension JSONScanner {
    /// Reads any value, at most `depthLimit` levels deep.
    package mutating func value(depth: Int = 0) throws(Problem) -> JSONValue {
        guard depth < Self.depthLimit else {
            throw fail("nested deeper than \(Self.depthLimit) levels")
        }
        switch next() {
        case UInt8(ascii: "{"):
            var fields: [String: JSONValue] = [:]
            try object { (scanner, name) throws(Problem) in
                fields[name] = try scanner.value(depth: depth + 1)
            }
            return .object(fields)
        case UInt8(ascii: "["):
            var values: [JSONValue] = []
            try array { (scanner) throws(Problem) in
                values.append(try scanner.value(depth: depth + 1))
            }
            return .array(values)
        case UInt8(ascii: "\""): return .string(try stringBytes())
        default: break
        }
        if consumeExactly("true") { return .bool(true) }
        if consumeExactly("false") { return .bool(false) }
        if consumeExactly("null") { return .null }
        return .number(try number())
    }
}
