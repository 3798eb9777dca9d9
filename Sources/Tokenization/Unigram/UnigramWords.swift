/// How normalised text becomes words that each begin with `▁`, as tokenizer.json states it.
///
/// Source: `tokenizers`: normalisers `Replace` and `Strip`, pre-tokenizers `WhitespaceSplit` and
/// `Metaspace`.
struct UnigramWords: Sendable, Equatable, Codable {
    /// Turkish lower case before everything else (the steps of `TurkishLowerCase`).
    var lowercasesTurkish = false
    /// Runs of spaces become one (normaliser `Replace` of ` {2,}`).
    var collapsesSpaces = false
    var stripsLeft = false
    var stripsRight = false
    /// Words end at any white space, which vanishes; otherwise only spaces become `▁`.
    var splitsAtWhitespace = false
    /// Whether text that does not begin with a space gets a `▁` too.
    var prependsAlways = true

    /// Text in which every word begins with `▁` and no space is left.
    func prepare(_ text: NormalizedText) -> NormalizedText {
        var out = NormalizedText(capacity: text.bytes.count + text.bytes.count / 4 + 8)
        splitsAtWhitespace ? prepareSplit(text, &out) : prepareWhole(text, &out)
        return out
    }

    private func prepareSplit(_ text: NormalizedText, _ out: inout NormalizedText) {
        let bytes = text.bytes
        var isAtStart = true
        var at = 0
        while at < bytes.count {
            let length = min(UTF8Scan.length(bytes[at]), bytes.count - at)
            if UTF8Scan.isWhitespace(bytes, at) {
                isAtStart = true
            } else {
                if isAtStart, !Self.isMetaspace(bytes, at) {
                    out.append(Metaspace.bytes, origin: text.origin(at))
                }
                for place in at..<at + length {
                    out.append(bytes[place], origin: text.origin(place))
                }
                isAtStart = false
            }
            at += length
        }
    }

    private func prepareWhole(_ text: NormalizedText, _ out: inout NormalizedText) {
        var bounds = 0..<text.bytes.count
        if stripsRight {
            while let last = bounds.last {
                let start = UTF8Scan.startOfPrevious(text.bytes, last + 1)
                guard UTF8Scan.isWhitespace(text.bytes, start) else { break }
                bounds = bounds.lowerBound..<start
            }
        }
        if stripsLeft {
            while let first = bounds.first, UTF8Scan.isWhitespace(text.bytes, first) {
                bounds = first + UTF8Scan.length(text.bytes[first])..<bounds.upperBound
            }
        }
        guard let first = bounds.first else { return }
        let space = UInt8(ascii: " ")
        if prependsAlways, text.bytes[first] != space, !Self.isMetaspace(text.bytes, first) {
            out.append(Metaspace.bytes, origin: text.origin(first))
        }
        var wasSpace = false
        for at in bounds {
            let byte = text.bytes[at]
            let origin = text.origin(at)
            if byte != space {
                out.append(byte, origin: origin)
            } else if !(collapsesSpaces && wasSpace) {
                out.append(Metaspace.bytes, origin: origin)
            }
            wasSpace = byte == space
        }
    }

    /// Words of prepared text: each `▁` begins one.
    static func forEachWord(_ bytes: [UInt8], _ body: (Range<Int>) -> Void) {
        var start = 0
        var at = 0
        while at < bytes.count {
            if bytes[at] == Metaspace.bytes[0], at > start, isMetaspace(bytes, at) {
                body(start..<at)
                start = at
            }
            at += 1
        }
        if at > start { body(start..<at) }
    }

    private static func isMetaspace(_ bytes: [UInt8], _ at: Int) -> Bool {
        at + 2 < bytes.count && bytes[at] == 0xE2 && bytes[at + 1] == 0x96 && bytes[at + 2] == 0x81
    }
}
