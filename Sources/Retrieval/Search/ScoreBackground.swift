import AjanEmbed
import AjanTurkishText
import GRDB

/// How questions score against passages that have nothing to do with them.
///
/// Cosines of the E5 family all lie between 0.7 and 1, and BM25 has no upper end; measured in
/// standard deviations above this background, the two become comparable, and a score says something
/// by itself.
package struct ScoreBackground: Codable, Equatable, Sendable {
    package struct Distribution: Codable, Equatable, Sendable {
        package let mean: Double
        package let deviation: Double

        /// How many standard deviations `score` lies above the mean.
        package func zScore(of score: Double) -> Double { (score - mean) / deviation }

        /// - Parameter deviationMin: a smaller deviation counts as this one.
        init(_ values: [Double], deviationMin: Double) {
            let count = Double(max(values.count, 1))
            let mean = values.reduce(0, +) / count
            let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
            self.mean = mean
            deviation = max(variance.squareRoot(), deviationMin)
        }
    }

    /// Whether standings above this background are numbers.
    var isSound: Bool {
        [dense, lexical].allSatisfy { abs($0.mean) < 1e9 && $0.deviation > 1e-6 }
    }

    /// Of cosines.
    package let dense: Distribution
    /// Of BM25 scores.
    package let lexical: Distribution

    /// Questions that are asked, and passages that each is compared with: some 3,000 cosines, which
    /// every update can afford.
    private static let questionCount = 48
    private static let strangerCount = 64
    /// A question is the beginning of a sentence, since searches are short.
    private static let questionWordsMax = 12
    /// An index of a few passages gives few and equal scores, and a deviation near 0 would make
    /// every difference look large. Chosen, not measured.
    private static let cosineDeviationMin = 0.005
    private static let lexicalDeviationMin = 0.5

    /// Asks with the first sentence of passages spread over the index, and looks at how the other
    /// passages score. The sample depends on the index alone.
    static func measure(
        _ db: Database, vectors: VectorFile, embedder: any PassageEmbedder
    ) throws -> ScoreBackground {
        let sample = try sample(db, vectors: vectors)
        let queries = try embedder.vectors(of: sample.map(\.question), role: .query)
        let strangers = spread(strangerCount, over: vectors.count)
        let stemming = try Meta.settings.read(db)?.stemming ?? .firstFive
        let lexicon = LexicalSearch(analyzer: SearchTokenizer(stemming: stemming))
        var (cosines, scores): ([Double], [Double]) = ([], [])
        for (asked, query) in zip(sample, queries) {
            let query = QuantizedVector(query)
            for row in strangers where vectors.id(ofRow: row) != asked.id {
                cosines.append(Double(vectors.cosine(of: query, row: row)))
            }
            let matches = try lexicon.best(db, query: asked.question, count: strangers.count)
            scores += matches.filter { $0.id != asked.id }.map { Double($0.score) }
        }
        return ScoreBackground(
            dense: Distribution(cosines, deviationMin: cosineDeviationMin),
            lexical: Distribution(scores, deviationMin: lexicalDeviationMin))
    }

    private static func sample(
        _ db: Database, vectors: VectorFile
    ) throws -> [(id: Int64, question: String)] {
        try spread(questionCount, over: vectors.count).compactMap { row in
            let id = vectors.id(ofRow: row)
            let text = try Row.fetchOne(
                db, sql: "SELECT text FROM passage WHERE id = ?", arguments: [id]
            )?.value(String.self, at: 0)
            guard let text, let first = SentenceSplitter().sentences(of: text).first else {
                return nil
            }
            let words = text[first].split(whereSeparator: \.isWhitespace)
            return (id, words.prefix(questionWordsMax).joined(separator: " "))
        }
    }

    /// `count` numbers at equal distances below `end`; all of them when there are fewer.
    private static func spread(_ count: Int, over end: Int) -> [Int] {
        let count = min(count, end)
        return (0..<count).map { $0 * end / count }
    }
}
