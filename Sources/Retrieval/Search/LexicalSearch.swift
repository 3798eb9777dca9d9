import AjanTurkishText
import GRDB

/// BM25 over headings and texts, by SQLite's full-text search with our Turkish terms.
struct LexicalSearch {
    let analyzer: SearchTokenizer

    /// A word in a heading counts twice.
    private static let headingWeight = 2.0
    /// Words of a question that are looked up at most.
    private static let termsMax = 64

    /// The `count` passages with the highest BM25 score, best first; any word may match.
    /// - Parameter filter: conditions on documents.
    func best(
        _ db: Database, query: String, count: Int, filter: MetadataFilter = .init()
    ) throws -> [TopK.Entry] {
        let words = words(of: query)
        guard !words.isEmpty else { return [] }
        // The words go through our tokenizer once more inside SQLite, so they are given as written.
        let pattern = words.map { "\"\($0)\"" }.joined(separator: " OR ")
        let condition = filter.isEmpty ? "" : "AND rowid IN (\(filter.passageQuery))"
        let rows = try Row.fetchCursor(
            db.cachedStatement(
                sql: """
                    SELECT rowid, -bm25(lexicon, \(Self.headingWeight), 1.0) AS score FROM lexicon
                    WHERE lexicon MATCH ? \(condition) ORDER BY score DESC, rowid LIMIT ?
                    """),
            arguments: [pattern] + filter.arguments + [count])
        var entries: [TopK.Entry] = []
        while let row = try rows.next() {
            let score = Float(try row.value(Double.self, at: 1))
            guard score.isFinite else { throw DatabaseError.damage("a score of the word index") }
            entries.append(.init(id: try row.value(at: 0), score: score))
        }
        return entries
    }

    /// Words of the query that differ as terms, as they were written.
    private func words(of query: String) -> [String] {
        let bytes = Array(query.utf8)
        var seen: Set<String> = []
        let words = analyzer.terms(of: query).compactMap { term in
            seen.insert(term.text).inserted
                ? String(decoding: bytes[term.byteRange], as: UTF8.self) : nil
        }
        return Array(words.prefix(Self.termsMax))
    }
}
