import Foundation

/// BERT's text preparation: clean-up, spaces around CJK, accents, lower case, words.
///
/// Source: `tokenizers`, `BertNormalizer` and `BertPreTokenizer`.
struct BertText: Sendable, Equatable {
    var cleansText = true
    var spacesChinese = true
    /// nil follows `lowercases`, as in the reference.
    var stripsAccents: Bool?
    var lowercases = true

    /// Normalises `text[range]`, scalar by scalar.
    func normalize(_ text: [UInt8], _ range: Range<Int>, into out: inout NormalizedText) {
        let strips = stripsAccents ?? lowercases
        var at = range.lowerBound
        while at < range.upperBound {
            let value = UTF8Scan.scalar(text, at)
            let length = UTF8Scan.length(text[at])
            if value < 0x80 {
                appendASCII(UInt8(value), origin: at..<at + 1, into: &out)
            } else if let scalar = Unicode.Scalar(value) {
                append(scalar, origin: at..<at + length, strips: strips, into: &out)
            }
            at += length
        }
    }

    private func appendASCII(_ byte: UInt8, origin: Range<Int>, into out: inout NormalizedText) {
        switch byte {
        case 0x09, 0x0A, 0x0D: out.append(cleansText ? 0x20 : byte, origin: origin)
        case 0..<0x20, 0x7F: if !cleansText { out.append(byte, origin: origin) }
        case 0x41...0x5A: out.append(lowercases ? byte | 0x20 : byte, origin: origin)
        default: out.append(byte, origin: origin)
        }
    }

    private func append(
        _ scalar: Unicode.Scalar, origin: Range<Int>, strips: Bool, into out: inout NormalizedText
    ) {
        if cleansText {
            if scalar.value == 0xFFFD || Self.isControl(scalar) { return }
            if scalar.properties.isWhitespace {
                out.append(0x20, origin: origin)
                return
            }
        }
        let isChinese = spacesChinese && Self.isChinese(scalar.value)
        if isChinese { out.append(0x20, origin: origin) }
        for part in strips ? Self.decomposed(scalar) : [scalar] {
            if strips, part.properties.generalCategory == .nonspacingMark { continue }
            let text = lowercases ? part.properties.lowercaseMapping : String(part)
            out.append(text.utf8, origin: origin)
        }
        if isChinese { out.append(0x20, origin: origin) }
    }

    private static func decomposed(_ scalar: Unicode.Scalar) -> [Unicode.Scalar] {
        Array(String(scalar).decomposedStringWithCanonicalMapping.unicodeScalars)
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .privateUse, .surrogate: true
        default: false
        }
    }

    private static func isChinese(_ value: UInt32) -> Bool {
        switch value {
        case 0x4E00...0x9FFF, 0x3400...0x4DBF, 0x20000...0x2A6DF, 0x2A700...0x2B73F,
            0x2B740...0x2B81F, 0x2B920...0x2CEAF, 0xF900...0xFAFF, 0x2F800...0x2FA1F:
            true
        default: false
        }
    }

    /// Words of normalised text: split at white space, every punctuation mark a word of its own.
    static func forEachWord(_ bytes: [UInt8], _ range: Range<Int>, _ body: (Range<Int>) -> Void) {
        var start = range.lowerBound
        var at = range.lowerBound
        while at < range.upperBound {
            let length = UTF8Scan.length(bytes[at])
            let isSpace = UTF8Scan.isWhitespace(bytes, at)
            if isSpace || isPunctuation(bytes, at) {
                if at > start { body(start..<at) }
                if !isSpace { body(at..<at + length) }
                start = at + length
            }
            at += length
        }
        if at > start { body(start..<at) }
    }

    private static func isPunctuation(_ bytes: [UInt8], _ at: Int) -> Bool {
        let byte = bytes[at]
        if byte < 0x80 {
            switch byte {
            case 0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E: return true
            default: return false
            }
        }
        guard let scalar = Unicode.Scalar(UTF8Scan.scalar(bytes, at)) else { return false }
        switch scalar.properties.generalCategory {
        case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation,
            .initialPunctuation, .finalPunctuation, .otherPunctuation:
            return true
        default: return false
        }
    }
}
