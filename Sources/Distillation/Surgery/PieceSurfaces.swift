import AjanTokenization
import AjanTurkishText

/// How the pieces of a vocabulary are written in a corpus, and how often each way.
///
/// A vocabulary that folds case and marks has pieces such as "gunes" that nobody's old vocabulary
/// spells well, while the corpus knows that they stand for "güneş" and "Güneş".
struct PieceSurfaces {
    /// By id: the texts behind the piece, `▁` in front where it begins a word, with their counts.
    let counts: [[[UInt8]: Int]]

    /// Ways of writing that are kept for a piece; rarer ones are slips.
    private static let kept = 8
    private static let wordStart = Array("▁".utf8)

    /// - Parameter contract: what the model does to a text before its tokenizer.
    init(of vocabulary: UnigramVocabulary, in texts: [String], contract: TextContract?) throws {
        let tokenizer = try Tokenizer(vocabulary)
        var counts = [[[UInt8]: Int]](repeating: [:], count: vocabulary.count)
        for (word, count) in Self.words(of: texts, contract: contract) {
            let encoding = tokenizer.encodeContent(word)
            let bytes = Array(word.utf8)
            for (id, range) in zip(encoding.ids, encoding.offsets) where !range.isEmpty {
                let piece = vocabulary.pieces[Int(id)].bytes
                guard piece != Self.wordStart else { continue }
                let start = piece.starts(with: Self.wordStart) ? Self.wordStart : []
                counts[Int(id)][start + bytes[range], default: 0] += count
            }
        }
        self.counts = counts
    }

    /// The most frequent ways to write piece `id`, in a fixed order.
    func frequent(_ id: Int) -> [(surface: [UInt8], count: Int)] {
        counts[id].map { (surface: $0.key, count: $0.value) }
            .sorted {
                $0.count != $1.count
                    ? $0.count > $1.count : $0.surface.lexicographicallyPrecedes($1.surface)
            }
            .prefix(Self.kept).map { $0 }
    }

    private static func words(of texts: [String], contract: TextContract?) -> [String: Int] {
        var words: [String: Int] = [:]
        for text in texts {
            let clean = contract?.apply(to: text) ?? text
            for word in clean.unicodeScalars.split(separator: " ") {
                words[String(String.UnicodeScalarView(word)), default: 0] += 1
            }
        }
        return words
    }
}
