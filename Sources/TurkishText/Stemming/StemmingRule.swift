/// A step that reads or cuts the end of a word; false when it does not apply.
typealias StemmingRule = @Sendable (inout WordEnd) -> Bool

/// Building blocks of a stemming grammar: each makes a rule of smaller ones.
enum Stemming {
    /// All of `rules`, one after the other.
    static func sequence(_ rules: StemmingRule...) -> StemmingRule {
        { word in rules.allSatisfy { $0(&word) } }
    }

    /// The first of `rules` that applies.
    static func either(_ rules: StemmingRule...) -> StemmingRule {
        { word in
            let mark = word.mark
            return rules.contains { rule in
                word.reset(to: mark)
                return rule(&word)
            }
        }
    }

    /// `rules` one after the other; what they read is given back when one does not apply.
    static func optionally(_ rules: StemmingRule...) -> StemmingRule {
        { word in
            let mark = word.mark
            if !rules.allSatisfy({ $0(&word) }) { word.reset(to: mark) }
            return true
        }
    }

    static let open: StemmingRule = { word in
        word.open()
        return true
    }

    static let cut: StemmingRule = { word in
        word.cut()
        return true
    }

    /// A letter that may stand between the stem and a suffix.
    enum Buffer: Sendable {
        /// A consonant, after a stem that ends in a vowel.
        case consonant(Unicode.Scalar)
        /// A closed vowel, after a stem that ends in a consonant.
        case closedVowel

        func isBuffer(_ letter: Unicode.Scalar) -> Bool {
            switch self {
            case .consonant(let consonant): letter == consonant
            case .closedVowel: TurkishVowels.closed.contains(letter)
            }
        }

        /// Whether the buffer may stand after `letter`.
        func follows(_ letter: Unicode.Scalar?) -> Bool {
            guard let letter else { return false }
            switch self {
            case .consonant: return TurkishVowels.all.contains(letter)
            case .closedVowel: return !TurkishVowels.all.contains(letter)
            }
        }
    }

    /// One of the suffixes `forms`, in which A stands for a or e, D for d or t, and U for one
    /// closed vowel, the same in every place.
    ///
    /// - Parameters:
    ///   - harmonious: false for suffixes that are taken whatever the vowels before them.
    ///   - buffer: the letter that links the suffix to a stem when it has to.
    static func suffix(
        _ forms: String..., harmonious: Bool = true, buffer: Buffer? = nil
    ) -> StemmingRule {
        let spelled = forms.flatMap(spellings)
        return { word in
            if harmonious, !word.isInHarmony { return false }
            guard spelled.contains(where: { word.read($0) }) else { return false }
            guard let buffer else { return true }
            guard let letter = word.next, buffer.isBuffer(letter) else {
                return buffer.follows(word.secondNext)
            }
            return word.read([letter]) && buffer.follows(word.next)
        }
    }

    private static func spellings(_ form: String) -> [[Unicode.Scalar]] {
        var spellings = [form]
        for (sign, letters) in [("A", "ae"), ("D", "dt"), ("U", "ıiuü")] {
            spellings = spellings.flatMap { spelling in
                spelling.contains(sign)
                    ? letters.map { spelling.replacing(sign, with: String($0)) } : [spelling]
            }
        }
        return spellings.map { Array($0.unicodeScalars) }
    }
}
