package import Foundation

/// How the bytes of a text file stand for letters.
package enum TextEncoding: String, Codable, Sendable {
    case utf8 = "UTF-8"
    case utf16 = "UTF-16"
    /// What Turkish Windows programs write that do not write Unicode; on letters the same as
    /// ISO-8859-9.
    case windows1254 = "Windows-1254"
}

/// The text of a file whose bytes alone tell the encoding.
package struct DecodedText: Equatable, Sendable {
    package let text: String
    package let encoding: TextEncoding

    /// Decodes a whole file; nil when it is no text, that is, when it is not UTF-8, has no mark of
    /// UTF-16 and holds zero bytes.
    package init?(file bytes: Data) {
        if let text = Self.markedUTF16(bytes) {
            self.init(text: text, encoding: .utf16)
            return
        }
        let unmarked = Self.unmarked(bytes)
        if let text = String(data: unmarked, encoding: .utf8) {
            self.init(text: text, encoding: .utf8)
            return
        }
        if unmarked.contains(0) { return nil }
        self.init(notUTF8: unmarked)
    }

    /// Decodes a line without its file: UTF-8, or Windows-1254 where most letters beyond ASCII are
    /// no UTF-8. Single broken letters of UTF-8 become U+FFFD.
    package init(line bytes: Data) {
        if let text = String(data: bytes, encoding: .utf8) {
            self.init(text: text, encoding: .utf8)
        } else {
            self.init(notUTF8: bytes)
        }
    }

    /// The same of bytes that are known to be no UTF-8 as a whole.
    init(notUTF8 bytes: Data) {
        if Self.isMostlyUTF8(bytes) {
            self.init(text: String(decoding: bytes, as: UTF8.self), encoding: .utf8)
        } else {
            self.init(text: Self.windows1254(bytes), encoding: .windows1254)
        }
    }

    private init(text: String, encoding: TextEncoding) {
        self.text = text
        self.encoding = encoding
    }

    /// Bytes without the mark of UTF-8 that some programs put in front.
    package static func unmarked(_ bytes: Data) -> Data {
        bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes
    }

    /// Whether bytes begin as programs mark UTF-16.
    package static func isMarkedUTF16(_ bytes: Data) -> Bool {
        bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF])
    }

    private static func markedUTF16(_ bytes: Data) -> String? {
        guard isMarkedUTF16(bytes) else { return nil }
        let isLittle = bytes.first == 0xFF
        let halves = [UInt8](bytes.dropFirst(2))
        var units = stride(from: 0, to: halves.count - 1, by: 2).map { at in
            let (low, high) = isLittle ? (at, at + 1) : (at + 1, at)
            return UInt16(halves[high]) << 8 | UInt16(halves[low])
        }
        // A lone last byte is half of a letter.
        if halves.count % 2 == 1 { units.append(0xFFFD) }
        return String(decoding: units, as: UTF16.self)
    }

    /// Turkish in Windows-1254 has hardly two bytes beyond ASCII beside each other that UTF-8 would
    /// allow, so what is UTF-8 with a fault in it has more letters than faults.
    private static func isMostlyUTF8(_ bytes: Data) -> Bool {
        var parser = UTF8.ForwardParser()
        var iterator = bytes.makeIterator()
        var (letters, faults) = (0, 0)
        while true {
            switch parser.parseScalar(from: &iterator) {
            case .valid(let letter): letters += letter.count > 1 ? 1 : 0
            case .error: faults += 1
            case .emptyInput: return letters > faults
            }
        }
    }

    private static func windows1254(_ bytes: Data) -> String {
        var text = String.UnicodeScalarView()
        text.append(
            contentsOf: bytes.lazy.map { byte in
                switch byte {
                case 0x80..<0xA0: Self.lettersFrom0x80[Int(byte) - 0x80]
                case 0xD0: "Ğ"
                case 0xDD: "İ"
                case 0xDE: "Ş"
                case 0xF0: "ğ"
                case 0xFD: "ı"
                case 0xFE: "ş"
                // All others are as in ISO-8859-1, whose codes Unicode has taken over.
                default: Unicode.Scalar(byte)
                }
            })
        return String(text)
    }

    /// Bytes that mean nothing are U+FFFD.
    private static let lettersFrom0x80 = Array(
        "€\u{FFFD}‚ƒ„…†‡ˆ‰Š‹Œ\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}‘’“”•–—˜™š›œ\u{FFFD}\u{FFFD}Ÿ"
            .unicodeScalars)
}
