/// Cuts Turkish text into sentences.
///
/// A mark (. ! ? …) ends a sentence unless what stands around it says otherwise: an abbreviation
/// ("Prof. Dr. Aylin"), an ordinal ("19. yüzyıl", "II. Mahmud"), a number, an address of the web,
/// an initial, a bracket that is still open, or a quotation that its sentence goes on after ("Gel!"
/// dedi). A line end closes a sentence unless the line was only wrapped. The rules are in
/// `SentenceEnd`, the words that they know in `SentenceWords`.
package struct SentenceSplitter: Sendable {
    /// Version of the rules; part of every manifest.
    package static let version = 1

    package init() {}

    /// The sentences of `text` in order, without the white space around them.
    ///
    /// - Complexity: linear in the text.
    package func sentences(of text: String) -> [Range<String.Index>] {
        let utf8 = text.utf8
        return byteRanges(of: Array(utf8)).map { range in
            utf8.index(
                utf8.startIndex, offsetBy: range.lowerBound)..<utf8.index(
                    utf8.startIndex, offsetBy: range.upperBound)
        }
    }

    /// The sentences of UTF-8 text as byte ranges.
    package func byteRanges(of bytes: [UInt8]) -> [Range<Int>] {
        let text = SentenceText(bytes)
        var sentences: [Range<Int>] = []
        var start = 0
        func close(at end: Int) {
            let range = text.trimmed(start..<end)
            if !range.isEmpty { sentences.append(range) }
            start = end
        }
        var enclosure = Enclosure()
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            if byte == 0x0A {
                if !SentenceEnd.isWrap(text, at: index, from: start) {
                    close(at: index + 1)
                    enclosure = Enclosure()
                }
                index += 1
            } else if let mark = SentenceMark(text, at: index) {
                let inside = enclosure.isOpen(text, at: index)
                let ends = SentenceEnd.ends(text, mark, sentenceStart: start, isEnclosed: inside)
                for position in mark.closers { enclosure.pass(text, at: position) }
                if ends { close(at: mark.end) }
                index = mark.end
            } else {
                enclosure.pass(text, at: index)
                index += text.width(at: index)
            }
        }
        close(at: bytes.count)
        return sentences
    }
}

/// A run of marks that may end a sentence, with the quotes and brackets that close right behind it.
struct SentenceMark {
    /// Where the first mark stands.
    let start: Int
    /// Behind the last mark.
    let marksEnd: Int
    /// Behind the closing quotes and brackets.
    let end: Int
    let hasQuestionOrExclamation: Bool
    let isEllipsis: Bool

    var closers: Range<Int> { marksEnd..<end }
    var hasClosers: Bool { end > marksEnd }

    /// nil when no mark stands at `index`.
    init?(_ text: SentenceText, at index: Int) {
        var at = index
        var dots = 0
        var hasOther = false
        while true {
            switch text[at] {
            case UInt8(ascii: "."):
                dots += 1
                at += 1
                continue
            case UInt8(ascii: "!"), UInt8(ascii: "?"):
                hasOther = true
                at += 1
                continue
            case 0xE2 where text[at + 1] == 0x80 && text[at + 2] == 0xA6:
                dots += 3
                at += 3
                continue
            default: break
            }
            break
        }
        guard at > index else { return nil }
        start = index
        marksEnd = at
        hasQuestionOrExclamation = hasOther
        isEllipsis = dots > 1 && !hasOther
        while text.isCloser(at: at) { at += text.width(at: at) }
        end = at
    }
}

/// Brackets and quotes that are open at a place of the text.
struct Enclosure {
    private var brackets = 0
    private var bracketStart = 0
    private var isQuoteOpen = false

    /// Farther than this nothing is believed to be enclosed, in bytes: a bracket was left open.
    private static let reach = 400

    mutating func pass(_ text: SentenceText, at index: Int) {
        switch text[index] {
        case UInt8(ascii: "("), UInt8(ascii: "["):
            if brackets == 0 { bracketStart = index }
            brackets += 1
        case UInt8(ascii: ")"), UInt8(ascii: "]"): brackets = max(0, brackets - 1)
        case UInt8(ascii: "\""): isQuoteOpen.toggle()
        case 0xE2 where text[index + 1] == 0x80 && text[index + 2] == 0x9C: isQuoteOpen = true
        case 0xE2 where text[index + 1] == 0x80 && text[index + 2] == 0x9D: isQuoteOpen = false
        case 0xC2 where text[index + 1] == 0xAB: isQuoteOpen = true
        case 0xC2 where text[index + 1] == 0xBB: isQuoteOpen = false
        default: break
        }
    }

    /// Whether a sentence cannot end at `index`: a bracket is open and will close, or a quotation
    /// is open that its sentence goes on after.
    func isOpen(_ text: SentenceText, at index: Int) -> Bool {
        if brackets > 0, index - bracketStart < Self.reach,
            text.closingBracket(after: index, reach: Self.reach) != nil
        {
            return true
        }
        guard isQuoteOpen, let close = text.closingQuote(after: index, reach: Self.reach) else {
            return false
        }
        let next = text.nextWord(after: close)
        return text.isLower(at: next.lowerBound)
    }
}
