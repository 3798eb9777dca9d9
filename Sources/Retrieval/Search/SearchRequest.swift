package import AjanDocuments

/// A question to an index.
package struct SearchRequest: Sendable {
    package var query: String
    /// The vector of the question, where it is known already; nil embeds `query`.
    package var vector: [Float]?
    /// Answers at most, 1 to 1000.
    package var limit = 10
    /// Nil takes the profile of the index.
    package var mode: SearchMode?
    /// Nil takes the profile of the index.
    package var fusion: Fusion?
    package var filter = MetadataFilter()
    /// Whether a document appears once, with its best passage.
    package var onePerDocument = false
    /// Whether dense search compares every vector even where the index has a graph.
    package var exact = false

    package init(_ query: String) {
        self.query = query
    }

    static let limitMax = 1000
    /// Bytes of a question at most. A longer one is a document, and may take a minute.
    package static let queryByteCountMax = 4096

    func check() throws {
        guard (1...Self.limitMax).contains(limit) else {
            throw RetrievalError.request(
                "\(limit) answers asked for; choose between 1 and \(Self.limitMax)")
        }
        guard query.utf8.count <= Self.queryByteCountMax else {
            throw RetrievalError.request(
                "the question has \(query.utf8.count) bytes; the limit is \(Self.queryByteCountMax)"
            )
        }
        guard vector?.allSatisfy(\.isFinite) ?? true else {
            throw RetrievalError.request("the vector of the question is not finite")
        }
        guard query.contains(where: { !$0.isWhitespace }) else {
            throw RetrievalError.request("the question is empty")
        }
    }
}

/// What a search found.
package struct SearchResponse: Codable, Sendable {
    package let query: String
    package let mode: SearchMode
    package let fusion: String?
    package let hits: [SearchHit]
    /// True when there were answers, but none likely enough to be given.
    package let abstained: Bool
    package let timings: SearchTimings
}

/// Where the time of a search went, in milliseconds.
package struct SearchTimings: Codable, Sendable {
    package var embed = 0.0
    package var dense = 0.0
    package var lexical = 0.0
    package var fetch = 0.0
    package var total = 0.0
}

/// A passage that was found.
package struct SearchHit: Codable, Sendable {
    package let rank: Int
    /// The score that decided the rank: a cosine, a BM25 score, or a fused score.
    package let score: Double
    /// The chance that the passage answers, once `ajan tune` has calibrated the index.
    package let probability: Double?
    package let passage: Int64
    package let document: Int64
    /// File that the passage comes from, and the record in it, if it has records.
    package let path: String
    package let name: String
    package let title: String?
    package let heading: String
    package let text: String
    package let snippet: Snippet
    package let metadata: [String: MetadataValue]
    package let explanation: Explanation
    /// Where the same passage stands besides, as far as the search came upon it.
    package var copies: [Place] = []

    /// A document, by its file and the record in it.
    package struct Place: Codable, Sendable, Equatable {
        package let document: Int64
        package let path: String
        package let name: String
    }

    /// How the score came about.
    package struct Explanation: Codable, Sendable {
        package let cosine: Double?
        package let denseRank: Int?
        /// Standard deviations above unrelated passages.
        package let denseStanding: Double?
        package let bm25: Double?
        package let lexicalRank: Int?
        package let lexicalStanding: Double?
    }
}
