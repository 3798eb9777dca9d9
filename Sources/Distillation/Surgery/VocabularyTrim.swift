import AjanEmbed
import AjanTokenization
import AjanTurkishText

/// Chooses the pieces that a corpus needs.
struct VocabularyTrim {
    /// Version of the text contract of the student; nil for none.
    let contract: String?

    /// Letters below this are kept whether a text uses them or not: ASCII, Latin-1, Latin
    /// Extended-A and B, so that every Latin text can still be spelled.
    private static let alwaysKeptBelow: UInt32 = 0x250

    /// The ids that `texts` use in any role, special tokens, single Latin letters and the lowest
    /// score, ascending. With them alone every one of `texts` is cut into the same pieces as
    /// before.
    func ids(
        usedBy texts: [String], prompts: Prompts, tokenizer: Tokenizer,
        vocabulary: UnigramVocabulary
    ) -> [Int32] {
        let contract = self.contract.flatMap(TextContract.named)
        var used = vocabulary.indispensableIDs
        for text in texts + [""] {
            let clean = contract?.apply(to: text) ?? text
            for role in Role.allCases {
                used.formUnion(tokenizer.encode(prompts.apply(to: clean, role: role)).ids)
            }
        }
        for (id, piece) in vocabulary.pieces.enumerated() where Self.isLatinLetter(piece.bytes) {
            used.insert(Int32(id))
        }
        return used.sorted()
    }

    /// One character below the limit, with or without the mark of a word's start.
    private static func isLatinLetter(_ piece: [UInt8]) -> Bool {
        var scalars = String(decoding: piece, as: UTF8.self).unicodeScalars[...]
        if scalars.first == "▁" { scalars = scalars.dropFirst() }
        guard let scalar = scalars.first else { return true }
        return scalars.count == 1 && scalar.value < alwaysKeptBelow
    }
}
