import Compute
import Tokenization

/// A new vocabulary and, for each of its ids, the old ids whose rows it begins with.
struct VocabularyTable {
    let vocabulary: UnigramVocabulary
    /// By new id; the row is the mean of the old rows.
    let sources: [[Int32]]

    init(vocabulary: UnigramVocabulary, sources: [[Int32]]) {
        precondition(sources.count == vocabulary.count, "every id has its sources")
        self.vocabulary = vocabulary
        self.sources = sources
    }

    /// Spells each piece of `vocabulary` with the pieces of `old`. Special tokens are matched by
    /// their text; what the old vocabulary cannot spell begins as its unknown piece.
    ///
    /// - Throws: `DistillationError.surgery` when the old tokenizer is not Unigram.
    init(transferring old: Tokenizer, to vocabulary: UnigramVocabulary) throws {
        var sources = [[Int32]](repeating: [], count: vocabulary.count)
        for (id, piece) in vocabulary.pieces.enumerated() {
            guard let spelling = old.spelling(of: piece.bytes) else {
                throw DistillationError.surgery(
                    "the student's tokenizer is not Unigram, so its pieces cannot spell others")
            }
            sources[id] = spelling
        }
        for (token, id) in vocabulary.addedTokens {
            // An added token of the same text is a single token of the old tokenizer.
            sources[Int(id)] = old.encodeContent(String(decoding: token, as: UTF8.self)).ids
        }
        self.init(vocabulary: vocabulary, sources: sources)
    }

    /// The new table out of the old one, `[vocabulary.count, columns]`.
    func rows(of table: EmbeddingTable) -> Matrix {
        let new = Matrix(rows: sources.count, columns: table.columns)
        for (id, old) in sources.enumerated() where !old.isEmpty {
            guard old.count > 1 else {
                new.setRow(id, to: table.row(Int(old[0])))
                continue
            }
            let rows = old.map { table.row(Int($0)) }
            new.setRow(
                id,
                to: VectorMath.weightedMean(
                    of: rows, weights: [Float](repeating: 1, count: rows.count)))
        }
        return new
    }
}
