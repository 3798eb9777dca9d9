import AjanEmbed
import Foundation

/// Cosines between texts, laid out for people and for programs.
struct SimilarityTable {
    let texts: [String]
    /// Normalised vectors, one per text.
    let vectors: [[Float]]

    private func cosine(_ i: Int, _ j: Int) -> Float {
        zip(vectors[i], vectors[j]).reduce(0) { $0 + $1.0 * $1.1 }
    }

    /// Texts after the first with their cosine to the first, closest first.
    private var ranked: [(index: Int, score: Float)] {
        (1..<texts.count).map { ($0, cosine(0, $0)) }
            .sorted { $0.score == $1.score ? $0.index < $1.index : $0.score > $1.score }
    }

    /// A numbered list of the texts beside the upper numbers of the matrix.
    func matrix() -> String {
        let header =
            "     " + texts.indices.map { String(format: "%6d", $0 + 1) }.joined()
        let rows = texts.indices.map { i in
            let cells = texts.indices.map { String(format: " %.3f", cosine(i, $0)) }.joined()
            return String(format: "%4d ", i + 1) + cells + "   " + texts[i]
        }
        return ([header] + rows).joined(separator: "\n")
    }

    /// The ranking under the question.
    func ranking() -> String {
        let rows = ranked.enumerated().map { place, entry in
            String(format: "%4d  %.3f  ", place + 1, entry.score) + texts[entry.index]
        }
        return ([texts[0]] + rows).joined(separator: "\n")
    }

    private struct Matrix: Encodable {
        let texts: [String]
        let cosine: [[Float]]
    }

    private struct Ranking: Encodable {
        struct Entry: Encodable {
            let rank: Int
            let cosine: Float
            let text: String
        }
        let query: String
        let results: [Entry]
    }

    func matrixJSON() throws -> String {
        let rows = texts.indices.map { i in texts.indices.map { cosine(i, $0) } }
        return try JSONText.encode(Matrix(texts: texts, cosine: rows))
    }

    func rankingJSON() throws -> String {
        let entries = ranked.enumerated().map { place, entry in
            Ranking.Entry(rank: place + 1, cosine: entry.score, text: texts[entry.index])
        }
        return try JSONText.encode(Ranking(query: texts[0], results: entries))
    }
}
