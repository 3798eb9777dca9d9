import Foundation

/// A retrieval metric with its cutoff, by trec_eval's definitions.
package enum RetrievalMetric: Hashable, Sendable {
    /// Normalised discounted cumulative gain: gain = grade, discount = log2(rank + 1), ideal over
    /// all judged documents (Järvelin and Kekäläinen 2002, as in trec_eval `ndcg_cut`).
    case ndcg(at: Int)
    /// Average precision with the sum cut at k and divided by all relevant documents (`map_cut`).
    case map(at: Int)
    /// Reciprocal rank of the first relevant document, 0 when it stands below k (mteb `mrr_at_k`).
    case mrr(at: Int)
    /// Relevant documents in the first k over all relevant documents (`recall`).
    case recall(at: Int)
    /// Relevant documents in the first k over k, also when fewer than k were returned (`P`).
    case precision(at: Int)

    /// The name that mteb gives to this metric, for example `ndcg_at_10`.
    package var name: String {
        switch self {
        case .ndcg(let k): "ndcg_at_\(k)"
        case .map(let k): "map_at_\(k)"
        case .mrr(let k): "mrr_at_\(k)"
        case .recall(let k): "recall_at_\(k)"
        case .precision(let k): "precision_at_\(k)"
        }
    }

    /// The metrics that every retrieval run reports; the first one is the main score.
    package static let reported: [RetrievalMetric] = [
        .ndcg(at: 10), .ndcg(at: 1), .ndcg(at: 3), .ndcg(at: 5), .ndcg(at: 100),
        .map(at: 10), .map(at: 100), .mrr(at: 10), .recall(at: 1), .recall(at: 5),
        .recall(at: 10), .recall(at: 100), .precision(at: 1), .precision(at: 10),
    ]
}

/// What the metrics need to know about one query: the grades along its ranking, and the ideal.
package struct QueryRelevance: Sendable {
    /// Grade of the document at each rank, best first; 0 when it is not relevant.
    let grades: [Int]
    /// Positive grades of all judged documents, descending.
    let idealGrades: [Int]

    /// Looks each ranked document up in `judgments`. A query without a ranking scores 0 everywhere.
    package init(ranking: RankedList, judgments: Judgments) {
        grades = ranking.documents.map { max(0, judgments[$0.id] ?? 0) }
        idealGrades = judgments.values.filter { $0 > 0 }.sorted(by: >)
    }

    /// The value of `metric` for this query, in 0...1; 0 when no document is relevant.
    package func value(of metric: RetrievalMetric) -> Double {
        guard !idealGrades.isEmpty else { return 0 }
        switch metric {
        case .ndcg(let k): return discountedGain(grades, k) / discountedGain(idealGrades, k)
        case .map(let k): return averagePrecision(k)
        case .mrr(let k):
            guard let rank = grades.prefix(k).firstIndex(where: { $0 > 0 }) else { return 0 }
            return 1 / Double(rank + 1)
        case .recall(let k): return Double(hits(k)) / Double(idealGrades.count)
        case .precision(let k): return Double(hits(k)) / Double(k)
        }
    }

    private func hits(_ k: Int) -> Int {
        grades.prefix(k).count { $0 > 0 }
    }

    private func averagePrecision(_ k: Int) -> Double {
        var (found, sum) = (0, 0.0)
        for (rank, grade) in grades.prefix(k).enumerated() where grade > 0 {
            found += 1
            sum += Double(found) / Double(rank + 1)
        }
        return sum / Double(idealGrades.count)
    }

    private func discountedGain(_ grades: [Int], _ k: Int) -> Double {
        var sum = 0.0
        for (rank, grade) in grades.prefix(k).enumerated() where grade > 0 {
            sum += Double(grade) / log2(Double(rank + 2))
        }
        return sum
    }
}
