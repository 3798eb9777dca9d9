/// The words that a lexical baseline matches.
package enum LexicalTerms: String, Sendable, CaseIterable, Codable {
    /// Whole words.
    case words
    /// The first five letters of each word, a strong and old trick for Turkish.
    case firstFive = "first-five"

    /// Splits a text into the words that are matched.
    package var terms: @Sendable (String) -> [String] {
        { text in
            let words = Self.lowercased(text).split { !$0.isLetter && !$0.isNumber }
            return words.map { self == .firstFive ? String($0.prefix(5)) : String($0) }
        }
    }

    /// Turkish lower case: I becomes ı, İ becomes i.
    private static func lowercased(_ text: String) -> String {
        text.unicodeScalars.reduce(into: "") { result, scalar in
            switch scalar {
            case "I": result += "ı"
            case "İ": result += "i"
            default: result += scalar.properties.lowercaseMapping
            }
        }
    }
}
