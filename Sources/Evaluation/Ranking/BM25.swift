import Foundation

/// The lexical baseline: BM25 (Robertson and Walker 1994) over terms of the caller's choice.
///
/// score = sum over query terms of idf * tf (k1 + 1) / (tf + k1 (1 - b + b length / mean length)),
/// with Lucene's idf = ln(1 + (N - df + 0.5) / (df + 0.5)), which is never negative.
package struct BM25: RetrievalSystem {
    let k1: Double
    let b: Double
    let terms: @Sendable (String) -> [String]

    /// - Parameter terms: the words of a text as they are matched: folded, cut or stemmed.
    package init(
        k1: Double = 1.2, b: Double = 0.75, terms: @escaping @Sendable (String) -> [String]
    ) {
        self.k1 = k1
        self.b = b
        self.terms = terms
    }

    /// Documents in which a term stands, and how often.
    private typealias Postings = [Identifier: [(document: Int, count: Double)]]

    package func scores(queries: [String], documents: [String]) throws -> [[Double]] {
        var (postings, lengths): (Postings, [Double]) = ([:], [])
        for (index, document) in documents.enumerated() {
            let words = terms(document)
            lengths.append(Double(words.count))
            for (term, count) in Dictionary(
                words.map { (Identifier($0), 1.0) }, uniquingKeysWith: +)
            {
                postings[term, default: []].append((index, count))
            }
        }
        let norms = lengthNorms(lengths)
        return queries.map { query in
            var scores = [Double](repeating: 0, count: documents.count)
            for term in terms(query) {
                guard let matches = postings[Identifier(term)] else { continue }
                let idf = inverseDocumentFrequency(matches.count, of: documents.count)
                for (document, count) in matches {
                    scores[document] += idf * count * (k1 + 1) / (count + norms[document])
                }
            }
            return scores
        }
    }

    private func lengthNorms(_ lengths: [Double]) -> [Double] {
        let mean = max(Correlation.mean(lengths), .leastNormalMagnitude)
        return lengths.map { k1 * (1 - b + b * $0 / mean) }
    }

    private func inverseDocumentFrequency(_ matches: Int, of documents: Int) -> Double {
        log(1 + (Double(documents - matches) + 0.5) / (Double(matches) + 0.5))
    }
}
