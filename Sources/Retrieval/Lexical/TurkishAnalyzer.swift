/// A word of a text as BM25 knows it.
struct Term: Equatable, Sendable {
    /// Folded and cut.
    let text: String
    /// Where the word stands, in bytes of the UTF-8 text, its apostrophe suffix not counted.
    let range: Range<Int>
}

/// Cuts Turkish text into terms.
struct TurkishAnalyzer: Sendable {
    let stemming: WordStemming

    func terms(of text: UnsafeBufferPointer<UInt8>) -> [Term] {
        unsafe terms(of: String(decoding: text, as: UTF8.self))
    }

    func terms(of text: String) -> [Term] {
        var terms: [Term] = []
        var word = ""
        var (start, offset, inSuffix) = (0, 0, false)
        func close() {
            if !word.isEmpty {
                let stem = stemming == .none ? word : String(word.prefix(5))
                terms.append(Term(text: stem, range: start..<offset))
            }
        }
        var wordEnd = 0
        for scalar in text.unicodeScalars {
            let width = UTF8.width(scalar)
            if scalar.properties.isAlphabetic || scalar.properties.numericType != nil
                || scalar.properties.generalCategory == .nonspacingMark
            {
                if word.isEmpty { start = offset }
                if !inSuffix {
                    word += Self.fold(scalar)
                    wordEnd = offset + width
                }
            } else if !word.isEmpty, scalar == "'" || scalar == "’" {
                inSuffix = true
            } else {
                if !word.isEmpty {
                    let stem = stemming == .none ? word : String(word.prefix(5))
                    terms.append(Term(text: stem, range: start..<wordEnd))
                }
                word = ""
                inSuffix = false
            }
            offset += width
        }
        if !word.isEmpty {
            let stem = stemming == .none ? word : String(word.prefix(5))
            terms.append(Term(text: stem, range: start..<wordEnd))
        }
        return terms
    }

    private static func fold(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "ç", "Ç": "c"
        case "ğ", "Ğ": "g"
        case "ı", "I", "İ", "i", "î", "Î": "i"
        case "ö", "Ö": "o"
        case "ş", "Ş": "s"
        case "ü", "Ü", "û", "Û": "u"
        case "â", "Â": "a"
        default:
            scalar.properties.generalCategory == .nonspacingMark
                ? "" : scalar.properties.lowercaseMapping
        }
    }
}
