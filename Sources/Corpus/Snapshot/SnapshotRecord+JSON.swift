/// Lines of shards. They are written and read once per text and stage, so both go straight between
/// bytes and fields.
extension SnapshotRecord {
    /// The record as one line of JSON without its line end: keys in the order of the alphabet,
    /// nothing escaped that need not be.
    package var json: [UInt8] {
        var line: [UInt8] = []
        line.reserveCapacity(text.utf8.count + 64)
        line.append(UInt8(ascii: "{"))
        Self.append("source", source, to: &line)
        line.append(UInt8(ascii: ","))
        Self.append("text", text, to: &line)
        for (name, value) in [("title", title), ("url", url)] {
            guard let value else { continue }
            line.append(UInt8(ascii: ","))
            Self.append(name, value, to: &line)
        }
        line.append(UInt8(ascii: "}"))
        return line
    }

    /// The record in a line of JSON; nil when the line is none.
    package init?(json: ArraySlice<UInt8>) {
        var scanner = RecordScanner(json)
        guard let values = scanner.strings(["source", "text", "title", "url"]),
            let source = values[0], let text = values[1]
        else { return nil }
        self.init(text: text, source: source, title: values[2], url: values[3])
    }

    private static func append(_ name: String, _ value: String, to line: inout [UInt8]) {
        append(name, to: &line)
        line.append(UInt8(ascii: ":"))
        append(value, to: &line)
    }

    private static func append(_ string: String, to line: inout [UInt8]) {
        line.append(UInt8(ascii: "\""))
        if string.utf8.contains(where: needsEscape) {
            for byte in string.utf8 { append(escaping: byte, to: &line) }
        } else {
            line.append(contentsOf: string.utf8)
        }
        line.append(UInt8(ascii: "\""))
    }

    private static func needsEscape(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    private static func append(escaping byte: UInt8, to line: inout [UInt8]) {
        guard needsEscape(byte) else {
            line.append(byte)
            return
        }
        switch byte {
        case 0x08: line += "\\b".utf8
        case 0x09: line += "\\t".utf8
        case 0x0A: line += "\\n".utf8
        case 0x0C: line += "\\f".utf8
        case 0x0D: line += "\\r".utf8
        case 0x20...: line += [UInt8(ascii: "\\"), byte]
        default:
            let digits = Array("0123456789abcdef".utf8)
            line += "\\u00".utf8
            line += [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        }
    }
}
