import AjanCompute
package import Foundation

extension JSONValue {
    /// The value as JSON text: keys in byte order, whole numbers without a point, strings as they
    /// are but for quotes, backslashes and control characters. The same value gives the same bytes.
    package var json: Data {
        var out: [UInt8] = []
        write(to: &out)
        return Data(out)
    }

    private func write(to out: inout [UInt8]) {
        switch self {
        case .null: out += "null".utf8
        case .bool(let value): out += (value ? "true" : "false").utf8
        case .number(let value):
            let isWhole = value == value.rounded() && abs(value) < 9_007_199_254_740_992
            out += (isWhole ? "\(Int(value))" : "\(value)").utf8
        case .string(let bytes): Self.write(bytes, to: &out)
        case .array(let values):
            out.append(UInt8(ascii: "["))
            for (index, value) in values.enumerated() {
                if index > 0 { out.append(UInt8(ascii: ",")) }
                value.write(to: &out)
            }
            out.append(UInt8(ascii: "]"))
        case .object(let fields): Self.write(fields, to: &out)
        }
    }

    private static func write(_ fields: [String: JSONValue], to out: inout [UInt8]) {
        out.append(UInt8(ascii: "{"))
        let keys = fields.keys.sortedByBytes()
        for (index, key) in keys.enumerated() {
            if index > 0 { out.append(UInt8(ascii: ",")) }
            write(Array(key.utf8), to: &out)
            out.append(UInt8(ascii: ":"))
            (fields[key] ?? .null).write(to: &out)
        }
        out.append(UInt8(ascii: "}"))
    }

    private static func write(_ text: [UInt8], to out: inout [UInt8]) {
        out.append(UInt8(ascii: "\""))
        for byte in text {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): out += [UInt8(ascii: "\\"), byte]
            case 0..<0x20:
                let digits = Array("0123456789abcdef".utf8)
                out += "\\u00".utf8
                out += [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            default: out.append(byte)
            }
        }
        out.append(UInt8(ascii: "\""))
    }
}

extension JSONValue {
    /// A text.
    package init(_ text: String) { self = .string(Array(text.utf8)) }
    /// A whole number.
    package init(_ number: Int) { self = .number(Double(number)) }
}
