import AjanEmbed
import GRDB
import TurkishText

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
        package func standing(of score: Double) -> Double { (score - mean) / deviation }

        /// - Parameter floor: least deviation, so that a tiny index does not divide by zero.
        init(_ values: [Double], floor: Double) {
            let count = Double(max(values.count, 1))
            let mean = values.reduce(0, +) / count
            let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
            self.mean = mean
            deviation = max(variance.squareRoot(), floor)
        }
    }

    /// Of cosines.
    package let dense: Distribution
    /// Of BM25 scores.
    package let lexical: Distribution

    private static let questions = 48
    private static let strangers = 64

    /// Asks the first sentence of passages spread over the index, and looks at how all the others
    /// score. The sample depends on the index alone.
    static func measure(
        _ db: Database, vectors: VectorFile, embedder: any PassageEmbedder
    ) throws -> ScoreBackground {
        let sample = try sample(db, vectors: vectors)
        let queries = try embedder.vectors(of: sample.map(\.question), role: .query)
        let strangers = spread(Self.strangers, over: vectors.count)
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
            dense: Distribution(cosines, floor: 0.005), lexical: Distribution(scores, floor: 0.5))
    }

    private static func sample(
        _ db: Database, vectors: VectorFile
    ) throws -> [(id: Int64, question: String)] {
        try spread(questions, over: vectors.count).compactMap { row in
            let id = vectors.id(ofRow: row)
            let text = try String.fetchOne(
                db, sql: "SELECT text FROM passage WHERE id = ?", arguments: [id])
            guard let text, let first = SentenceSplitter().sentences(of: text).first else {
                return nil
            }
            return (
                id,
                text[first].split(whereSeparator: \.isWhitespace).prefix(12).joined(separator: " ")
            )
        }
    }

    /// `count` numbers at equal distances below `end`; all of them when there are fewer.
    private static func spread(_ count: Int, over end: Int) -> [Int] {
        let count = min(count, end)
        return (0..<count).map { $0 * end / count }
    }
}
