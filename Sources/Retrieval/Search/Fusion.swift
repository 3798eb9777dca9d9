/// How two rankings become one.
package enum Fusion: Codable, Equatable, Sendable {
    /// Reciprocal rank fusion (Cormack, Clarke and Buettcher 2009): the sum of 1 / (60 + rank).
    /// Looks at places only.
    case reciprocalRank
    /// Weighted sum of how far the scores stand above what unrelated passages score.
    case sum(denseWeight: Double)

    private static let rankConstant = 60.0

    package var name: String {
        switch self {
        case .reciprocalRank: "rrf"
        case .sum(let weight): "sum \(weight)"
        }
    }

    /// A passage that at least one of the two searches found.
    struct Candidate: Sendable {
        let id: Int64
        var cosine: Double?
        var lexicalScore: Double?
        /// Places in the two rankings, from 1.
        var denseRank: Int?
        var lexicalRank: Int?

        init(id: Int64) {
            self.id = id
        }
    }

    func score(_ candidate: Candidate, background: ScoreBackground) -> Double {
        switch self {
        case .reciprocalRank:
            [candidate.denseRank, candidate.lexicalRank].compactMap { $0 }
                .reduce(0) { $0 + 1 / (Self.rankConstant + Double($1)) }
        case .sum(let weight):
            weight * background.dense.zScore(of: candidate.cosine ?? background.dense.mean)
                + (1 - weight) * background.lexical.zScore(of: candidate.lexicalScore ?? 0)
        }
    }

    /// How far the candidate stands above unrelated passages, in standard deviations: what a chance
    /// of being right is computed from. Places alone (`reciprocalRank`) say nothing about that, so
    /// there the standings count half and half.
    func evidence(
        of candidate: Candidate, mode: SearchMode, background: ScoreBackground
    ) -> Double {
        let weight =
            switch (mode, self) {
            case (.dense, _): 1.0
            case (.lexical, _): 0.0
            case (.hybrid, .sum(let weight)): weight
            case (.hybrid, .reciprocalRank): 0.5
            }
        return Fusion.sum(denseWeight: weight).score(candidate, background: background)
    }

    /// The candidates of two rankings, each with what is known of it.
    static func candidates(dense: [TopK.Entry], lexical: [TopK.Entry]) -> [Candidate] {
        var candidates: [Int64: Candidate] = [:]
        for (rank, entry) in dense.enumerated() {
            candidates[entry.id, default: Candidate(id: entry.id)].cosine = Double(entry.score)
            candidates[entry.id]?.denseRank = rank + 1
        }
        for (rank, entry) in lexical.enumerated() {
            candidates[entry.id, default: Candidate(id: entry.id)].lexicalScore = Double(
                entry.score)
            candidates[entry.id]?.lexicalRank = rank + 1
        }
        return candidates.values.sorted { $0.id < $1.id }
    }
}
