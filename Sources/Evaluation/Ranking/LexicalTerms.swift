import AjanTurkishText

/// The words that a lexical baseline matches: those of the product's own word index, folded so that
/// capitals, missing dots and missing marks do not matter.
package enum LexicalTerms: String, Sendable, CaseIterable, Codable {
    /// Whole words.
    case words
    /// The first five letters of each word, a strong and old trick for Turkish.
    case firstFive = "first-five"
    /// Stems by the Turkish stemmer of the Snowball project.
    case snowball

    /// Splits a text into the words that are matched.
    package var terms: @Sendable (String) -> [String] {
        let tokenizer = SearchTokenizer(stemming: stemming)
        return { tokenizer.terms(of: $0).map(\.text) }
    }

    private var stemming: SearchTokenizer.Stemming {
        switch self {
        case .words: .none
        case .firstFive: .firstFive
        case .snowball: .snowball
        }
    }
}
