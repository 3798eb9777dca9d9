import AjanJSON

/// Turkish lower case as normalisers of tokenizer.json.
///
/// A model of the uncased text contract lower-cases text before its tokenizer. These steps say the
/// same to `tokenizers`, which knows no contract, so that such a model gives the same ids in
/// `transformers`. Only this list, in this order, is read; another use of its steps is refused like
/// any unknown one.
enum TurkishLowerCase {
    /// The steps: İ in both spellings, I, everything else, and the dot that i must not carry.
    static let steps: [JSONValue] = [
        replace("I\u{307}", by: "i"), replace("İ", by: "i"), replace("I", by: "ı"),
        .object(["type": JSONValue("Lowercase")]), replace("i\u{307}", by: "i"),
    ]

    private static func replace(_ text: String, by other: String) -> JSONValue {
        .object([
            "type": JSONValue("Replace"), "pattern": .object(["String": JSONValue(text)]),
            "content": JSONValue(other),
        ])
    }

    private static let dot: UInt32 = 0x307

    /// Appends the lower case of `text[range]`, each byte with its origin.
    static func apply(_ text: [UInt8], _ range: Range<Int>, into out: inout NormalizedText) {
        var wasI = false
        var at = range.lowerBound
        while at < range.upperBound {
            let end = min(at + UTF8Scan.length(text[at]), range.upperBound)
            let value = UTF8Scan.scalar(text, at)
            let origin = at..<end
            at = end
            if value == dot, wasI {
                wasI = false
                continue
            }
            let lower = lowercased(value, isDotted: isDot(text, at, range))
            out.append(lower, origin: origin)
            wasI = lower == [UInt8(ascii: "i")]
        }
    }

    private static func isDot(_ text: [UInt8], _ at: Int, _ range: Range<Int>) -> Bool {
        at + 1 < range.upperBound && UTF8Scan.scalar(text, at) == dot
    }

    private static func lowercased(_ value: UInt32, isDotted: Bool) -> [UInt8] {
        guard let scalar = Unicode.Scalar(value) else { return Array("\u{FFFD}".utf8) }
        switch scalar {
        case "I": return Array((isDotted ? "i" : "ı").utf8)
        case "İ": return [UInt8(ascii: "i")]
        default: return Array(scalar.properties.lowercaseMapping.utf8)
        }
    }
}

extension UnigramVocabulary {
    /// The vocabulary with Turkish lower case before its other normalisers; the same when it has
    /// that.
    package var uncased: UnigramVocabulary {
        guard case .object(var fields) = document else { return self }
        let rest = fields["normalizer"]
        let present = (rest?["normalizers"]?.array ?? [])[...]
        if present.starts(with: TurkishLowerCase.steps) { return self }
        fields["normalizer"] = .object([
            "type": JSONValue("Sequence"),
            "normalizers": .array(TurkishLowerCase.steps + (rest.map { [$0] } ?? [])),
        ])
        return UnigramVocabulary(
            pieces: pieces, addedTokens: addedTokens, unknownID: unknownID,
            document: .object(fields))
    }
}
