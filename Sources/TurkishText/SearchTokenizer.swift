import Foundation

/// A word of a text as a search index sees it.
package struct SearchTerm: Sendable, Equatable {
    /// The form that is compared.
    package let text: String
    /// Where the word stands in the UTF-8 bytes of the text, its apostrophe suffix included.
    package let byteRange: Range<Int>
}

/// Cuts text into the terms of a Turkish word index.
///
/// Words are runs of letters and digits. What follows an apostrophe is a suffix of a name
/// ("İstanbul'da") and is cut off. Terms are folded, so that capitals, missing dots and missing
/// marks do not matter; without folding they are only lower-cased by Turkish rules.
package struct SearchTokenizer: Sendable, Equatable {
    /// How inflected forms of a word become one term.
    package enum Stemming: String, Sendable, CaseIterable, Codable {
        case none
        /// The first five letters: on Turkish as good as a stemmer, and never wrong about a root.
        case firstFive = "first-five"
        /// The Turkish stemmer of the Snowball project.
        case snowball
    }

    package let stemming: Stemming
    package let folds: Bool

    private static let prefixLength = 5

    package init(stemming: Stemming = .firstFive, folds: Bool = true) {
        self.stemming = stemming
        self.folds = folds
    }

    /// The terms of `text`, in order.
    ///
    /// - Complexity: linear in the text.
    package func terms(of text: String) -> [SearchTerm] {
        words(of: text).compactMap { word in
            let stem = term(of: word.stem)
            return stem.isEmpty ? nil : SearchTerm(text: stem, byteRange: word.byteRange)
        }
    }

    /// The term of one word.
    package func term(of word: some StringProtocol) -> String {
        switch stemming {
        case .none: plain(word)
        case .firstFive: String(plain(word).prefix(Self.prefixLength))
        // The stemmer needs the letters apart: vowel harmony decides what is a suffix.
        case .snowball: plain(SnowballStemmer.stem(TurkishCasing.lowercased(composed(word))))
        }
    }

    private func plain(_ word: some StringProtocol) -> String {
        folds ? TurkishFolding.folded(word) : TurkishCasing.lowercased(word)
    }

    /// NFC; words below U+0300 are in that form already.
    private func composed(_ word: some StringProtocol) -> String {
        word.utf8.allSatisfy { $0 < 0xCC }
            ? String(word) : word.precomposedStringWithCanonicalMapping
    }

    private struct Word {
        let stem: Substring
        let byteRange: Range<Int>
    }

    /// Words with their place; bytes are counted along the way, so the whole stays linear.
    private func words(of text: String) -> [Word] {
        var words: [Word] = []
        var rest = text.unicodeScalars[...]
        var position = 0
        while let first = rest.first {
            guard Self.isWord(first) else {
                position += UTF8.width(first)
                rest.removeFirst()
                continue
            }
            let stem = rest.prefix(while: Self.isWord)
            var end = position + Substring(stem).utf8.count
            rest = rest[stem.endIndex...]
            if let apostrophe = rest.first, Self.isApostrophe(apostrophe) {
                let suffix = rest.dropFirst().prefix(while: Self.isWord)
                end += UTF8.width(apostrophe) + Substring(suffix).utf8.count
                rest = rest[suffix.endIndex...]
            }
            words.append(Word(stem: Substring(stem), byteRange: position..<end))
            position = end
        }
        return words
    }

    private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.value < 0x80 {
            switch scalar {
            case "a"..."z", "A"..."Z", "0"..."9": return true
            default: return false
            }
        }
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
            .nonspacingMark, .spacingMark, .decimalNumber, .letterNumber, .otherNumber:
            return true
        default: return false
        }
    }

    private static func isApostrophe(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "'" || scalar == "’" || scalar == "ʼ" || scalar == "＇" || scalar == "`"
    }
}
