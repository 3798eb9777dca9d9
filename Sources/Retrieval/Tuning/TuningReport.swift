package import AjanEvaluation

/// What `ajan tune` measured and decided.
package struct TuningReport: Codable, Sendable {
    /// One way to search, measured on all questions that have answers.
    package struct Candidate: Codable, Sendable {
        package let name: String
        /// Mean nDCG@10 over documents, with its 95% interval.
        package let score: Double
        package let interval: ConfidenceInterval
        /// Against the way that untuned indexes are searched; nil for that way itself.
        package let comparison: PairedComparison?
        /// P-value of the comparison after Holm's correction for the table.
        package let adjustedP: Double?
    }

    package let questions: Int
    package let unanswerable: Int
    package let retrievers: [Candidate]
    /// The chosen way with other passage sizes; empty when none was asked for.
    package let passageSizes: [Candidate]
    package let profile: SearchProfile
    /// Fit of the chances to the questions: mean squared error, 0.25 for a coin.
    package let brierScore: Double?
    package let abstention: Abstention?
    /// What was decided and why, one sentence each.
    package let verdict: [String]

    /// What the threshold does to the questions.
    package struct Abstention: Codable, Sendable {
        package let threshold: Double
        /// Share of the questions with answers that still get one.
        package let answered: Double
        /// Share of the questions without answers that get none; nil when there are none.
        package let declined: Double?
    }
}

/// A row of per-question scores on its way into a report.
struct MeasuredCandidate {
    let name: String
    let scores: [Double]
}

extension TuningReport {
    /// The table of `others` against `baseline`.
    static func table(
        baseline: MeasuredCandidate, others: [MeasuredCandidate]
    ) -> [Candidate] {
        let comparisons = others.map { PairedSample.means($0.scores, baseline.scores).comparison() }
        let adjusted = Holm.adjust(comparisons.map(\.pValue))
        let rows = others.indices.map { index in
            row(others[index], comparisons[index], adjusted[index])
        }
        return [row(baseline, nil, nil)] + rows
    }

    private static func row(
        _ measured: MeasuredCandidate, _ comparison: PairedComparison?, _ adjustedP: Double?
    ) -> Candidate {
        let bootstrap = Bootstrap(MeanStatistic(measured.scores))
        return Candidate(
            name: measured.name, score: bootstrap.estimate,
            interval: bootstrap.biasCorrectedAccelerated(), comparison: comparison,
            adjustedP: adjustedP)
    }

    /// The best row that is better than the first beyond chance; nil when there is none.
    static func winner(of table: [Candidate]) -> Candidate? {
        table.filter { row in
            guard let comparison = row.comparison, let p = row.adjustedP else { return false }
            return comparison.difference > 0 && p < Holm.alpha
        }
        .max { $0.score < $1.score }
    }

    /// Why the first row of `table` stays or goes.
    static func reason(_ table: [Candidate], what: String) -> String {
        let baseline = table[0]
        if let winner = winner(of: table), let comparison = winner.comparison {
            return "\(what): \(winner.name) is better than \(baseline.name) by "
                + "\(comparison.difference.rounded(to: 3)) nDCG@10 "
                + "(p = \((winner.adjustedP ?? 1).rounded(to: 4)), corrected)."
        }
        guard let best = table.dropFirst().max(by: { $0.score < $1.score }),
            let comparison = best.comparison, comparison.difference > 0
        else { return "\(what): \(baseline.name) is the best of the table and stays." }
        let needed = PowerNote(comparison).unitsNeeded.map {
            "; about \($0) questions would be needed"
        }
        return "\(what): the questions cannot tell \(best.name) from \(baseline.name) "
            + "(difference \(comparison.difference.rounded(to: 3)), "
            + "p = \((best.adjustedP ?? 1).rounded(to: 3)), corrected)\(needed ?? ""); "
            + "\(baseline.name) stays."
    }
}

extension Double {
    /// The number with `places` decimals.
    fileprivate func rounded(to places: Int) -> String {
        let factor = (0..<places).reduce(1.0) { product, _ in product * 10 }
        return "\((self * factor).rounded() / factor)"
    }
}
