/// The rules that tell whether a mark or a line end closes a sentence.
enum SentenceEnd {
    /// A line that was wrapped to a width has at least so many bytes; a shorter one ends where its
    /// writer ended it, as in a list or an address.
    private static let wrappedLineByteCountMin = 50
    /// Bytes of a word that may end a sentence although no space follows its point; shorter ones
    /// are parts of a name or abbreviations.
    private static let gluedWordByteCountMin = 3
    /// The same for a word with a capital, which is a name more often: "Node.JS".
    private static let gluedNameByteCountMin = 5

    /// Whether a sentence ends at `mark`.
    ///
    /// - Parameter isEnclosed: the mark stands in brackets, or in a quotation after which the
    ///   sentence goes on.
    static func ends(
        _ text: SentenceText, _ mark: SentenceMark, sentenceStart: Int, isEnclosed: Bool
    ) -> Bool {
        guard mark.end < text.bytes.count else { return true }
        // Only the mark that closes the bracket itself may end a sentence: "(Bkz. Ek 1.) Sonra ..."
        if isEnclosed, !closesEnclosure(text, mark) { return false }
        guard text.isSpace(at: mark.end) else { return isGlued(text, mark) }
        let next = text.nextWord(after: mark.end)
        guard next.lowerBound < text.bytes.count else { return true }
        let follower = Follower(text, mark: mark, word: next)
        if follower.isPunctuation { return false }
        if isAside(text, mark) { return false }
        if mark.hasQuestionOrExclamation || mark.isEllipsis {
            return endsLoud(text, mark, follower)
        }
        return endsAtPoint(text, mark, follower, sentenceStart: sentenceStart)
    }

    /// A line end inside a paragraph that was wrapped to a width: the line is long, has no mark at
    /// its end, and the next one goes on with a small letter.
    static func isWrap(_ text: SentenceText, at index: Int, from start: Int) -> Bool {
        var lineStart = index
        while lineStart > 0, text[lineStart - 1] != 0x0A { lineStart -= 1 }
        let line = text.trimmed(lineStart..<index)
        guard line.count >= wrappedLineByteCountMin, text.isLower(at: index + 1) else {
            return false
        }
        let last = text[line.upperBound - 1]
        return !".!?:;".utf8.contains(last) && start < index
    }

    // MARK: Marks

    private static func closesEnclosure(_ text: SentenceText, _ mark: SentenceMark) -> Bool {
        guard mark.hasClosers, let next = firstAfter(text, mark) else { return false }
        return !text.isLower(at: next)
    }

    private static func firstAfter(_ text: SentenceText, _ mark: SentenceMark) -> Int? {
        let next = text.nextWord(after: mark.end).lowerBound
        return next < text.bytes.count ? next : nil
    }

    /// "(!)" and "(?)" comment on a word.
    private static func isAside(_ text: SentenceText, _ mark: SentenceMark) -> Bool {
        text[mark.start - 1] == UInt8(ascii: "(") && text[mark.marksEnd] == UInt8(ascii: ")")
    }

    /// No space follows: "geldi.Sonra" is two sentences, "Node.js", "3.5" and "site.com" are none.
    private static func isGlued(_ text: SentenceText, _ mark: SentenceMark) -> Bool {
        guard text.isUpper(at: mark.end) else { return false }
        let before = text.wordBefore(mark.start)
        guard before.count >= gluedWordByteCountMin,
            text.isLower(at: before.lowerBound) || before.count >= gluedNameByteCountMin,
            text.tokenBefore(mark.start).count == before.count,
            text.isLower(at: before.upperBound - 1) || text[before.upperBound - 1] >= 0x80
        else { return false }
        if SentenceWords.isAbbreviation(text.string(before)) { return false }
        let second = mark.end + text.width(at: mark.end)
        guard text.isLower(at: second) || text.isSpace(at: second) else { return false }
        let after = text.nextWord(after: mark.end)
        return text[after.upperBound] != UInt8(ascii: ".") || text.isSpace(at: after.upperBound + 1)
    }

    /// After ! ? and …: a small letter goes on when the quotation has just closed, when a verb of
    /// saying follows, or after dots; "Yahoo! hisseleri" goes on too.
    private static func endsLoud(
        _ text: SentenceText, _ mark: SentenceMark, _ follower: Follower
    ) -> Bool {
        guard follower.isSmall else {
            return !mark.isEllipsis || !follower.isDigit || mark.hasClosers
        }
        if mark.hasClosers || mark.isEllipsis { return false }
        if SentenceWords.saying.contains(follower.word) { return false }
        let before = text.wordBefore(mark.start)
        return !SentenceWords.shouting.contains(text.string(before))
    }

    private static func endsAtPoint(
        _ text: SentenceText, _ mark: SentenceMark, _ follower: Follower, sentenceStart: Int
    ) -> Bool {
        if mark.hasClosers { return !follower.isSmall }
        let token = text.tokenBefore(mark.start)
        let word = text.wordBefore(mark.start)
        let isFirst = text.trimmed(sentenceStart..<mark.start).lowerBound >= token.lowerBound
        let kind = TokenKind(text, token: token, word: word, isFirst: isFirst)
        return kind.endsSentence(before: follower)
    }
}

/// What stands before a point.
enum TokenKind {
    /// "1." or "a." at the beginning of a line.
    case listMarker
    /// Up to three digits: more often an ordinal ("3. sınıf") than the end of a sentence.
    case ordinal
    /// Any other number.
    case number
    case romanNumeral
    case initial
    /// "T.C.", "M.Ö.", "a.g.e."
    case pointed
    /// Never the last word: a title or the like.
    case leading
    /// Followed by a number.
    case reference
    /// May be the last word.
    case trailing
    /// "kg", "TL": behind a number.
    case unit
    /// A short unknown word in small letters without a vowel.
    case unknownShort
    case word

    init(_ text: SentenceText, token: Range<Int>, word: Range<Int>, isFirst: Bool) {
        let string = text.string(word)
        let isWhole = token == word
        if isFirst, isWhole, Self.isMarker(text, word) {
            self = .listMarker
        } else if isFirst, !isWhole, Self.isNumbering(text, token) {
            self = .listMarker
        } else if let number = Self.number(text, token: token, word: word) {
            self = number
        } else if isWhole, SentenceWords.roman.contains(string) {
            self = .romanNumeral
        } else if isWhole, word.count == text.width(at: word.lowerBound),
            text.isUpper(at: word.lowerBound)
        {
            self = .initial
        } else if !isWhole, SentenceWords.isPointed(text.string(token)) {
            self = .pointed
        } else {
            self = SentenceWords.kind(of: string)
        }
    }

    private static func isMarker(_ text: SentenceText, _ word: Range<Int>) -> Bool {
        let isNumber = word.allSatisfy { text.isDigit(at: $0) } && word.count <= 3
        let isLetter = word.count == text.width(at: word.lowerBound)
        return !word.isEmpty && (isNumber || isLetter)
    }

    /// "1.2.3": the number of a section.
    private static func isNumbering(_ text: SentenceText, _ token: Range<Int>) -> Bool {
        token.count <= 12
            && token.allSatisfy { text.isDigit(at: $0) || text[$0] == UInt8(ascii: ".") }
    }

    private static func number(
        _ text: SentenceText, token: Range<Int>, word: Range<Int>
    ) -> TokenKind? {
        guard !word.isEmpty, word.allSatisfy({ text.isDigit(at: $0) }) else { return nil }
        guard token == word, word.count <= 3 else { return .number }
        let before = text.wordBefore(text.trimmed(0..<word.lowerBound).upperBound)
        let isCounted = before.allSatisfy { text.isDigit(at: $0) } && !before.isEmpty
        let name = TurkishCasing.lowercased(text.string(before))
        return isCounted || SentenceWords.numbered.contains(name) ? .number : .ordinal
    }

    /// Whether a point behind such a token ends the sentence, given what follows.
    func endsSentence(before follower: Follower) -> Bool {
        switch self {
        case .listMarker: return false
        case .ordinal, .romanNumeral, .initial: return follower.isStarter
        case .number, .unit: return !follower.isSmall
        case .pointed, .leading: return follower.isStarter && follower.isSpacedOut
        case .reference: return !follower.isSmall && !follower.isDigit && follower.isStarter
        case .trailing: return !follower.isSmall && follower.isStarter
        case .unknownShort: return !follower.isSmall
        case .word: return true
        }
    }
}

/// What stands behind a mark.
struct Follower {
    let isSmall: Bool
    let isDigit: Bool
    /// Punctuation that no sentence begins with.
    let isPunctuation: Bool
    let word: String
    /// A line end or two spaces lie between.
    let isSpacedOut: Bool

    init(_ text: SentenceText, mark: SentenceMark, word range: Range<Int>) {
        let first = range.lowerBound
        isSmall = text.isLower(at: first)
        isDigit = text.isDigit(at: first)
        isPunctuation = ",;:)]".utf8.contains(text[first])
        word = text.string(range)
        isSpacedOut = text.isSpace(at: mark.end + 1) || text[mark.end] == 0x0A
    }

    /// The word often begins a sentence.
    var isStarter: Bool { SentenceWords.starters.contains(word) }
}
