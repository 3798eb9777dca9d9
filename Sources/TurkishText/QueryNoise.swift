import Foundation

/// The ways in which people type Turkish that is not clean; each turns a text into what they type.
///
/// Deterministic: the same text and the same generator state give the same result.
package enum QueryNoise: String, Sendable, CaseIterable, Codable {
    /// c g i o s u for ç ğ ı ö ş ü.
    case asciiLetters = "ascii-letters"
    /// Turkish lower case.
    case lowerCase = "lower-case"
    /// Both of the above, the common way on a phone.
    case asciiLowerCase = "ascii-lower-case"
    /// Turkish capitals: i becomes İ.
    case turkishUpperCase = "turkish-upper-case"
    /// English capitals: i becomes I.
    case englishUpperCase = "english-upper-case"
    /// Letters and marks apart, as some file systems and keyboards send them (NFD).
    case decomposed
    /// In a quarter of the words of four letters or more, two neighbours inside are swapped.
    case swappedLetters = "swapped-letters"
    /// In a quarter of such words, one letter inside is missing.
    case missingLetters = "missing-letters"
    /// In a quarter of such words, one letter inside is doubled.
    case doubledLetters = "doubled-letters"
    /// No question mark at the end.
    case missingQuestionMark = "missing-question-mark"
    /// No punctuation at all but inside of words and numbers.
    case missingPunctuation = "missing-punctuation"
    /// Suffixes and particles that are written apart, joined: "İstanbul'da" as "İstanbulda",
    /// "geldi mi" as "geldimi", "ben de" as "bende".
    case joinedSuffixes = "joined-suffixes"
    /// The opposite slip: "İstanbul'da" as "İstanbul da", "okuldaki" as "okulda ki".
    case splitSuffixes = "split-suffixes"

    /// Share of the words that the three kinds of slips spoil.
    package static let wordShare = 0.25
    private static let wordLettersMin = 4

    /// Applies the noise to `text`.
    package func apply(to text: String, using generator: inout some RandomNumberGenerator) -> String
    {
        switch self {
        case .asciiLetters: TurkishFolding.asciiLetters(text)
        case .lowerCase: TurkishCasing.lowercased(text)
        case .asciiLowerCase: TurkishFolding.folded(text)
        case .turkishUpperCase: TurkishCasing.uppercased(text)
        case .englishUpperCase: TurkishCasing.englishUppercased(text)
        case .decomposed: text.decomposedStringWithCanonicalMapping
        case .missingQuestionMark: Self.withoutQuestionMark(text)
        case .missingPunctuation: SuffixNoise.withoutPunctuation(text)
        case .joinedSuffixes: SuffixNoise.joined(text)
        case .splitSuffixes: SuffixNoise.split(text)
        case .swappedLetters: slip(text, touching: 2, &generator) { $0.swapAt($1, $1 + 1) }
        case .missingLetters: slip(text, touching: 1, &generator) { $0.remove(at: $1) }
        case .doubledLetters: slip(text, touching: 1, &generator) { $0.insert($0[$1], at: $1) }
        }
    }

    private static func withoutQuestionMark(_ text: String) -> String {
        var text = Substring(text)
        while let last = text.last, last == "?" || last.isWhitespace { text.removeLast() }
        return String(text)
    }

    /// Spoils a share of the words, each at `touching` letters between its first and its last.
    private func slip(
        _ text: String, touching: Int, _ generator: inout some RandomNumberGenerator,
        _ spoil: (inout [Character], Int) -> Void
    ) -> String {
        var words = text.split(separator: " ", omittingEmptySubsequences: false).map(Array.init)
        for index in words.indices {
            let letters = words[index].filter(\.isLetter).count
            // Both numbers are drawn for every word, so that one word never shifts the next one's.
            let chance = Double.random(in: 0..<1, using: &generator)
            let place = Double.random(in: 0..<1, using: &generator)
            guard letters >= Self.wordLettersMin,
                words[index].prefix(letters).allSatisfy(\.isLetter),
                chance < Self.wordShare
            else { continue }
            spoil(&words[index], 1 + Int(place * Double(letters - 1 - touching)))
        }
        return words.map { String($0) }.joined(separator: " ")
    }
}
