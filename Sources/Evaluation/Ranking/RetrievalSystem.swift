import AjanCompute
package import AjanEmbed

/// Anything that scores all documents of a corpus for each query.
package protocol RetrievalSystem {
    /// Scores `[queries][documents]`, higher is better.
    func scores(queries: [String], documents: [String]) throws -> [[Double]]
}

/// Ranking by the cosine between the query's and the document's embedding.
package struct DenseSystem: RetrievalSystem {
    let store: EmbeddingStore
    let queryRole: Role
    let passageRole: Role
    let longText: LongText

    package init(
        store: EmbeddingStore, queryRole: Role = .query, passageRole: Role = .passage,
        longText: LongText = .window
    ) {
        self.store = store
        self.queryRole = queryRole
        self.passageRole = passageRole
        self.longText = longText
    }

    package func scores(queries: [String], documents: [String]) throws -> [[Double]] {
        let passages = try store.embeddings(of: documents, role: passageRole, longText: longText)
        let questions = try store.embeddings(of: queries, role: queryRole, longText: longText)
        let table = Cosine.table(Cosine.unitRows(questions), Cosine.unitRows(passages))
        return (0..<table.rows).map { table.row($0).map(Double.init) }
    }
}

/// How two systems' scores become one.
package enum HybridFusion: String, Sendable, Codable, CaseIterable {
    /// Reciprocal rank fusion: the sum of 1 / (60 + rank) (Cormack, Clarke, Büttcher 2009).
    case reciprocalRank = "rrf"
    /// The mean of the two scores after each was standardised over the corpus, query by query: zero
    /// mean, unit variance. Nothing is fitted to the test set.
    case calibratedSum = "sum"
}

/// A dense and a lexical system, fused.
package struct HybridSystem: RetrievalSystem {
    let first: any RetrievalSystem
    let second: any RetrievalSystem
    let fusion: HybridFusion

    package init(
        _ first: any RetrievalSystem, _ second: any RetrievalSystem, fusion: HybridFusion
    ) {
        self.first = first
        self.second = second
        self.fusion = fusion
    }

    private static let rankConstant = 60.0

    package func scores(queries: [String], documents: [String]) throws -> [[Double]] {
        let left = try first.scores(queries: queries, documents: documents)
        let right = try second.scores(queries: queries, documents: documents)
        let normalise = fusion == .reciprocalRank ? Self.reciprocalRanks : Self.standardised
        return zip(left, right).map { zip(normalise($0), normalise($1)).map { ($0 + $1) / 2 } }
    }

    private static func reciprocalRanks(_ scores: [Double]) -> [Double] {
        var result = [Double](repeating: 0, count: scores.count)
        for (rank, document) in TopDocuments.select(scores.count, from: scores).enumerated() {
            result[document.index] = 1 / (rankConstant + Double(rank + 1))
        }
        return result
    }

    private static func standardised(_ scores: [Double]) -> [Double] {
        let mean = Correlation.mean(scores)
        let variance = Correlation.mean(scores.map { ($0 - mean) * ($0 - mean) })
        guard variance > 0 else { return scores.map { _ in 0 } }
        let scale = 1 / variance.squareRoot()
        return scores.map { ($0 - mean) * scale }
    }
}
