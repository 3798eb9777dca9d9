/// Cuts HTML, or XML as plain as that of office documents, into tags and text, in one pass over its
/// bytes.
struct HTMLScanner {
    enum Event: Equatable {
        case text(String)
        /// An element begins; its name in lower case. An empty element of XML only begins.
        case open(String)
        case close(String)
    }

    private let bytes: [UInt8]
    private var position = 0
    /// Where the attributes of the last tag lie.
    private var attributes = 0..<0

    init(_ html: String) {
        bytes = Array(html.utf8)
    }

    mutating func next() -> Event? {
        while position < bytes.count {
            if bytes[position] != UInt8(ascii: "<") { return .text(text()) }
            if let event = markup() { return event }
        }
        return nil
    }

    /// The quoted value of an attribute of the last tag; `name` in lower case.
    func attribute(_ name: StaticString) -> String? {
        let key = Array("\(name)=".utf8)
        var place = attributes.lowerBound
        while place + key.count < attributes.upperBound {
            let found = bytes[place..<place + key.count].lazy.map(Self.lowercased)
            let quote = bytes[place + key.count]
            if found.elementsEqual(key), quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
                let rest = bytes[(place + key.count + 1)..<attributes.upperBound]
                return rest.firstIndex(of: quote).map { HTMLEntities.decode(rest[..<$0]) }
            }
            place += 1
        }
        return nil
    }

    private mutating func text() -> String {
        let start = position
        while position < bytes.count, bytes[position] != UInt8(ascii: "<") { position += 1 }
        return HTMLEntities.decode(bytes[start..<position])
    }

    /// The tag at `position`; nil for comments and declarations, which are passed over. A `<` that
    /// begins no tag is text.
    private mutating func markup() -> Event? {
        if starts(with: "<!--") {
            skip(past: "-->")
            return nil
        }
        var cursor = position + 1
        let closes = cursor < bytes.count && bytes[cursor] == UInt8(ascii: "/")
        if closes { cursor += 1 }
        let nameStart = cursor
        while cursor < bytes.count, Self.isNameByte(bytes[cursor]) { cursor += 1 }
        let isDeclaration = starts(with: "<!") || starts(with: "<?")
        guard cursor > nameStart || isDeclaration else {
            position += 1
            return .text("<")
        }
        // ASCII only: element names are no Turkish words.
        let name = String(
            decoding: bytes[nameStart..<cursor].map(Self.lowercased), as: UTF8.self)
        position = cursor
        skipAttributes()
        attributes = cursor..<position
        if isDeclaration { return nil }
        return closes ? .close(name) : .open(name)
    }

    /// Moves behind the `>` of a tag; quoted values may contain one.
    private mutating func skipAttributes() {
        var quote: UInt8?
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            if let open = quote {
                if byte == open { quote = nil }
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                quote = byte
            } else if byte == UInt8(ascii: ">") {
                return
            }
        }
    }

    private func starts(with prefix: StaticString) -> Bool {
        bytes[position...].starts(with: Array("\(prefix)".utf8))
    }

    private mutating func skip(past end: StaticString) {
        let mark = Array("\(end)".utf8)
        while position < bytes.count {
            if bytes[position] == mark[0], bytes[position...].starts(with: mark) {
                position += mark.count
                return
            }
            position += 1
        }
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        (97...122).contains(byte) || (65...90).contains(byte) || (48...57).contains(byte)
            || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ":")
    }

    private static func lowercased(_ byte: UInt8) -> UInt8 {
        (65...90).contains(byte) ? byte + 32 : byte
    }
}

/// Character references of HTML: the numeric ones and the names that Turkish pages use.
enum HTMLEntities {
    private static let named: [String: String] = [
        "amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'", "nbsp": " ", "ndash": "–",
        "mdash": "—", "hellip": "…", "lsquo": "‘", "rsquo": "’", "ldquo": "“", "rdquo": "”",
        "laquo": "«", "raquo": "»", "bull": "•", "middot": "·", "copy": "©", "reg": "®",
        "ccedil": "ç", "Ccedil": "Ç", "ouml": "ö", "Ouml": "Ö", "uuml": "ü", "Uuml": "Ü",
        "acirc": "â", "Acirc": "Â", "icirc": "î", "Icirc": "Î", "ucirc": "û", "Ucirc": "Û",
        "gbreve": "ğ", "Gbreve": "Ğ", "scedil": "ş", "Scedil": "Ş", "imath": "ı", "inodot": "ı",
        "Idot": "İ", "shy": "\u{AD}", "euro": "€", "deg": "°",
    ]

    static func decode(_ bytes: ArraySlice<UInt8>) -> String {
        guard bytes.contains(UInt8(ascii: "&")) else {
            return String(decoding: bytes, as: UTF8.self)
        }
        var out: [UInt8] = []
        var index = bytes.startIndex
        while index < bytes.endIndex {
            if bytes[index] == UInt8(ascii: "&"),
                let end = bytes[index...].prefix(12).firstIndex(of: UInt8(ascii: ";")),
                let text = reference(bytes[(index + 1)..<end])
            {
                out += Array(text.utf8)
                index = end + 1
            } else {
                out.append(bytes[index])
                index += 1
            }
        }
        return String(decoding: out, as: UTF8.self)
    }

    private static func reference(_ bytes: ArraySlice<UInt8>) -> String? {
        let name = String(decoding: bytes, as: UTF8.self)
        guard name.hasPrefix("#") else { return named[name] }
        let digits = name.dropFirst()
        let isHex = digits.hasPrefix("x") || digits.hasPrefix("X")
        let code = isHex ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
        return code.flatMap(Unicode.Scalar.init).map { String(Character($0)) }
    }
}
