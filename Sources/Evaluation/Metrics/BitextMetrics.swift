/// Scores of bitext mining, where row i of one side translates row i of the other.
package struct BitextMetrics: Sendable {
    /// 1 where the nearest neighbour of a row is its translation, else 0.
    package let accuracyPerPair: [Double]
    /// The F1 of each row taken as a class: 2 TP / (1 + times that the row was predicted).
    package let f1PerPair: [Double]

    /// `predicted[i]` is the row of the other side that is nearest to row i.
    package init(predicted: [Int]) {
        var timesPredicted = [Int](repeating: 0, count: predicted.count)
        for row in predicted {
            precondition(timesPredicted.indices.contains(row), "a predicted row must exist")
            timesPredicted[row] += 1
        }
        accuracyPerPair = predicted.enumerated().map { $0 == $1 ? 1 : 0 }
        f1PerPair = predicted.enumerated().map { row, nearest in
            row == nearest ? 2 / Double(1 + timesPredicted[row]) : 0
        }
    }

    /// Share of rows whose nearest neighbour is the translation.
    package var accuracy: Double { Correlation.mean(accuracyPerPair) }

    /// F1 averaged over rows, as scikit-learn's `f1_score(average="weighted", zero_division=0)`,
    /// which is the main score of mteb's bitext tasks.
    package var f1: Double { Correlation.mean(f1PerPair) }
}
