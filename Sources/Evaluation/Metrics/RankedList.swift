/// One document of a ranking and its score.
package struct ScoredDocument: Hashable, Sendable {
    package let id: Identifier
    package let score: Double

    package init(id: Identifier, score: Double) {
        self.id = id
        self.score = score
    }
}

/// A ranking in trec_eval's order: score descending, and among equal scores the id that is larger
/// as UTF-8 bytes first.
///
/// trec_eval ignores the order in which a run file lists its documents and keeps scores as `float`;
/// both rules are followed here, so a run file gives the same numbers in either program.
package struct RankedList: Sendable {
    package let documents: [ScoredDocument]

    /// Sorts `documents`. Scores must not be NaN (readers refuse them).
    package init(_ documents: [ScoredDocument]) {
        self.documents = documents.sorted { a, b in
            let (left, right) = (Float(a.score), Float(b.score))
            return left == right ? b.id < a.id : left > right
        }
    }
}

/// Graded relevance judgments of one query: document id to grade. A grade of zero or less means
/// "judged, not relevant", which counts like "not judged".
package typealias Judgments = [Identifier: Int]
