/// Upper and lower case by Turkish rules: I ↔ ı, İ ↔ i.
///
/// Unicode's default mapping turns İ into two scalars and I into i; both make Turkish words differ
/// that a reader takes for the same. Everything but these letters follows Unicode.
package enum TurkishCasing {
    /// Turkish lower case; a decomposed İ (I and U+0307) becomes i as well.
    package static func lowercased(_ text: some StringProtocol) -> String {
        var out = String.UnicodeScalarView()
        var last: Unicode.Scalar?
        for scalar in text.unicodeScalars {
            switch scalar {
            case "I": out.append("ı")
            case "İ": out.append("i")
            case "\u{307}" where last == "I":
                out.removeLast()
                out.append("i")
            default:
                if scalar.isASCII {
                    out.append(asciiLowercased(scalar))
                } else {
                    append(scalar, scalar.properties.lowercaseMapping, to: &out)
                }
            }
            last = scalar
        }
        return String(out)
    }

    /// Turkish upper case.
    package static func uppercased(_ text: some StringProtocol) -> String {
        var out = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "i": out.append("İ")
            case "ı": out.append("I")
            default: append(scalar, scalar.properties.uppercaseMapping, to: &out)
            }
        }
        return String(out)
    }

    /// What a keyboard or a program set to English makes of capitals: i and ı both become I.
    package static func englishUppercased(_ text: some StringProtocol) -> String {
        var out = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            append(scalar, scalar.properties.uppercaseMapping, to: &out)
        }
        return String(out)
    }

    /// ASCII capitals and small letters differ in one bit.
    private static let asciiCaseBit: UInt8 = 0x20

    private static func asciiLowercased(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        let value = UInt8(ascii: scalar)
        return Unicode.Scalar(scalar.value &- 0x41 < 26 ? value | asciiCaseBit : value)
    }

    private static func append(
        _ scalar: Unicode.Scalar, _ mapping: @autoclosure () -> String,
        to out: inout String.UnicodeScalarView
    ) {
        if scalar.properties.isCased {
            out.append(contentsOf: mapping().unicodeScalars)
        } else {
            out.append(scalar)
        }
    }
}
