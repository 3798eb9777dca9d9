extension DefaultStringInterpolation {
    /// Puts `text` between quotes, on one line and of a bearable length: names in messages come
    /// from files and requests that nobody has checked, and a message is one line.
    ///
    ///     "unknown task \(quoted: name)"      // unknown task 'sss\u{a}tr'
    package mutating func appendInterpolation(quoted text: some CustomStringConvertible) {
        appendLiteral("'\(OneLine.shown(text.description))'")
    }
}

/// Makes text of unknown origin fit for a message.
private enum OneLine {
    /// Unicode scalars that are shown; the rest becomes an ellipsis.
    static let limit = 120

    static func shown(_ text: String) -> String {
        var shown = ""
        for scalar in text.unicodeScalars.prefix(limit) {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator:
                shown += "\\u{\(String(scalar.value, radix: 16))}"
            default: shown.unicodeScalars.append(scalar)
            }
        }
        return text.unicodeScalars.count > limit ? shown + "…" : shown
    }
}
