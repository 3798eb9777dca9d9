/// A word that is read from its last letter towards its first, and loses suffixes on the way.
struct WordEnd {
    private(set) var letters: [Unicode.Scalar]
    /// How many letters are still unread; the next one to read is `letters[unread - 1]`.
    private(set) var unread: Int
    /// Where the piece that `cut()` takes away ends.
    private var cutEnd: Int
    /// False when a plural of a nominal verb came off: no noun suffix stands before that.
    var mayHaveNounSuffixes = true

    init(_ word: some StringProtocol) {
        letters = Array(word.unicodeScalars)
        unread = letters.count
        cutEnd = letters.count
    }

    /// The next letter to read.
    var next: Unicode.Scalar? { unread > 0 ? letters[unread - 1] : nil }

    /// The letter after the next one.
    var secondNext: Unicode.Scalar? { unread > 1 ? letters[unread - 2] : nil }

    /// Letters that were read, for going back with `reset(to:)`; cuts do not change them.
    var mark: Int { letters.count - unread }

    mutating func reset(to mark: Int) {
        unread = max(0, letters.count - mark)
    }

    /// Reads `form` if the unread part ends with it.
    mutating func read(_ form: [Unicode.Scalar]) -> Bool {
        guard letters[..<unread].suffix(form.count).elementsEqual(form) else { return false }
        unread -= form.count
        return true
    }

    /// From here on `cut()` takes away what is read.
    mutating func open() {
        cutEnd = unread
    }

    /// Takes away what was read since `open()`.
    mutating func cut() {
        guard unread < cutEnd else { return }
        letters.removeSubrange(unread..<cutEnd)
        cutEnd = unread
    }

    /// Whether the last two vowels of the unread part can stand in one Turkish word. The second may
    /// stand anywhere before the first.
    var isInHarmony: Bool {
        let unreadLetters = letters[..<unread]
        guard let place = unreadLetters.lastIndex(where: TurkishVowels.all.contains),
            let partners = TurkishVowels.partners[letters[place]]
        else { return false }
        return unreadLetters[..<place].contains(where: partners.contains)
    }
}

/// Vowels, and which of them stand before which.
enum TurkishVowels {
    static let all: Set<Unicode.Scalar> = ["a", "e", "ı", "i", "o", "ö", "u", "ü"]
    static let closed: Set<Unicode.Scalar> = ["ı", "i", "u", "ü"]

    /// The vowels that may stand before a vowel.
    static let partners: [Unicode.Scalar: Set<Unicode.Scalar>] = [
        "a": ["a", "ı", "o", "u"], "e": ["e", "i", "ö", "ü"],
        "ı": ["a", "ı"], "i": ["e", "i"],
        "o": ["o", "u"], "u": ["o", "u"],
        "ö": ["ö", "ü"], "ü": ["ö", "ü"],
    ]
}
