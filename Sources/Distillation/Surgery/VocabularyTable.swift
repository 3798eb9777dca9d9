import AjanCompute
import AjanTokenization

/// A new vocabulary and, for each of its ids, the old rows that it begins with.
struct VocabularyTable {
    /// Old rows with their shares in a new one; none for a row of zeros.
    struct Mixture: Equatable {
        private(set) var ids: [Int32] = []
        private(set) var weights: [Float] = []

        init() {}

        /// The mean of the rows `ids`.
        init(_ ids: [Int32]) { add(ids, weight: 1) }

        /// Adds the mean of the rows `ids` with a weight.
        mutating func add(_ ids: [Int32], weight: Float) {
            self.ids += ids
            weights += [Float](repeating: weight / Float(max(1, ids.count)), count: ids.count)
        }
    }

    let vocabulary: UnigramVocabulary
    /// By new id.
    let sources: [Mixture]

    init(vocabulary: UnigramVocabulary, sources: [Mixture]) {
        precondition(sources.count == vocabulary.count, "every id has its sources")
        self.vocabulary = vocabulary
        self.sources = sources
    }

    /// Spells each piece of `vocabulary` with the pieces of `old`: as the corpus writes it, each
    /// way in its share, or as the piece itself is spelled when no corpus is given or it lacks
    /// the piece. Special tokens are matched by their text; what the old vocabulary cannot spell
    /// begins as its unknown piece.
    ///
    /// - Throws: `DistillationError.surgery` when the old tokenizer is not Unigram.
    init(
        transferring old: Tokenizer, to vocabulary: UnigramVocabulary, surfaces: PieceSurfaces?
    ) throws {
        func spelled(_ piece: [UInt8]) throws -> [Int32] {
            guard let spelling = old.spelling(of: piece) else {
                throw DistillationError.surgery(
                    "the student's tokenizer is not Unigram, so its pieces cannot spell others")
            }
            return spelling
        }
        var sources = [Mixture](repeating: Mixture(), count: vocabulary.count)
        for (id, piece) in vocabulary.pieces.enumerated() {
            for (surface, count) in surfaces?.frequent(id) ?? [] {
                sources[id].add(try spelled(surface), weight: Float(count))
            }
            if sources[id].ids.isEmpty { sources[id] = Mixture(try spelled(piece.bytes)) }
        }
        for (token, id) in vocabulary.addedTokens {
            // An added token of the same text is a single token of the old tokenizer.
            let text = String(decoding: token, as: UTF8.self)
            sources[Int(id)] = Mixture(old.encodeContent(text).ids)
        }
        self.init(vocabulary: vocabulary, sources: sources)
    }

    /// The new table out of the old one, `[vocabulary.count, columns]`.
    func rows(of table: EmbeddingTable) -> Matrix {
        let new = Matrix(rows: sources.count, columns: table.columns)
        for (id, old) in sources.enumerated() where !old.ids.isEmpty {
            guard old.ids.count > 1 else {
                new.setRow(id, to: table.row(Int(old.ids[0])))
                continue
            }
            let rows = old.ids.map { table.row(Int($0)) }
            new.setRow(id, to: VectorMath.weightedMean(of: rows, weights: old.weights))
        }
        return new
    }
}
