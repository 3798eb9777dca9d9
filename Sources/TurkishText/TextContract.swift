import Foundation

/// The clean form in which models of this project see text, in training and in use.
///
/// A contract is a property of a model: its version is stored with the model and in every index,
/// and a change of what it does is a new version. Models made elsewhere keep their own
/// normalisation.
///
/// 1. Canonical composition (NFC).
/// 2. A dot above (U+0307) after i goes: it is what a wrong lower-casing of İ leaves behind.
/// 3. Soft hyphens, zero-width characters and direction marks go.
/// 4. Every kind of white space and every control character becomes a space; runs become one; none
///    at the ends.
/// 5. For the uncased form, Turkish lower case.
package struct TextContract: Sendable, Equatable {
    /// Names the rules above; stored with models.
    package let version: String
    private let isUncased: Bool

    /// Case as written.
    package static let cased = TextContract(version: "tr-1", isUncased: false)
    /// Turkish lower case.
    package static let uncased = TextContract(version: "tr-1-uncased", isUncased: true)

    /// The contract of that version; nil when there is none.
    package static func named(_ version: String) -> TextContract? {
        [cased, uncased].first { $0.version == version }
    }

    /// Applies the contract. Applying it twice changes nothing more.
    ///
    /// - Complexity: linear in the text.
    package func apply(to text: some StringProtocol) -> String {
        if let clean = LatinText.cleaned(text) {
            return isUncased ? TurkishCasing.lowercased(clean) : clean
        }
        return general(String(text))
    }

    /// The rules for text in any script.
    private func general(_ text: String) -> String {
        var scalars = String.UnicodeScalarView()
        scalars.append(contentsOf: text.unicodeScalars.lazy.filter { !Self.isInvisible($0) })
        var visible = composed(String(scalars))
        if isUncased { visible = composed(TurkishCasing.lowercased(visible)) }
        return composed(Self.spaced(visible))
    }

    /// Rules 2 and 4.
    private static func spaced(_ text: String) -> String {
        var out = String.UnicodeScalarView()
        var needsSpace = false
        for scalar in text.unicodeScalars {
            if scalar.properties.isWhitespace || scalar.properties.generalCategory == .control {
                needsSpace = !out.isEmpty
            } else if needsSpace {
                out.append(" ")
                out.append(scalar)
                needsSpace = false
            } else if scalar != "\u{307}" || out.last != "i" {
                out.append(scalar)
            }
        }
        return String(out)
    }

    /// NFC; text below U+0300 is in that form already.
    private func composed(_ text: String) -> String {
        if text.utf8.allSatisfy({ $0 < 0xCC }) { return text }
        return text.precomposedStringWithCanonicalMapping
    }

    private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0xAD, 0x200B...0x200F, 0x202A...0x202E, 0x2060...0x2064, 0x2066...0x2069, 0xFEFF: true
        default: false
        }
    }
}
