import Foundation

/// Makes texts equal that people take for equal when they search.
package enum TurkishFolding {
    /// The search form: Turkish lower case, no marks, ı as i. "IŞIK", "ışık" and "isik" become
    /// "isik".
    package static func folded(_ text: some StringProtocol) -> String {
        asciiLetters(TurkishCasing.lowercased(text))
    }

    /// What people type on a keyboard without Turkish letters: ç ğ ı İ ö ş ü become c g i I o s u,
    /// other marked letters lose their marks. Case stays.
    package static func asciiLetters(_ text: some StringProtocol) -> String {
        var out = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if scalar.isASCII {
                out.append(scalar)
            } else if scalar == "ı" {
                out.append("i")
            } else {
                out.append(contentsOf: withoutMarks(scalar))
            }
        }
        return String(out)
    }

    /// The scalar's canonical decomposition without combining marks; nothing for a mark itself.
    private static func withoutMarks(_ scalar: Unicode.Scalar) -> [Unicode.Scalar] {
        if isMark(scalar) { return [] }
        guard scalar.properties.isAlphabetic else { return [scalar] }
        return String(scalar).decomposedStringWithCanonicalMapping.unicodeScalars
            .filter { !isMark($0) }
    }

    private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value >= 0x300 && scalar.properties.generalCategory == .nonspacingMark
    }
}
