import Foundation

extension RunComparison {
    /// A table for the terminal, and a sentence for each task that tells what it can and cannot
    /// show.
    package var text: String {
        var table = TextTable(
            ["task", "score", "A", "B", "A - B", "95% interval", "p", "p, Holm"],
            rightAligned: [2, 3, 4, 6, 7])
        for row in tasks {
            let difference = row.difference
            table.add([
                row.task, row.mainScore, String(format: "%.3f", row.first.value),
                String(format: "%.3f", row.second.value),
                String(format: "%+.3f", difference.difference),
                String(
                    format: "%+.3f … %+.3f", difference.interval.low, difference.interval.high),
                Self.probability(difference.pValue), Self.probability(row.adjustedPValue),
            ])
        }
        var parts = [
            "A: \(first.name)\nB: \(second.name)", table.text,
            tasks.map(\.sentence).joined(separator: "\n"),
        ]
        if !leftOut.isEmpty {
            parts.append("only in one run: \(leftOut.joined(separator: ", "))")
        }
        return parts.joined(separator: "\n\n")
    }

    private static func probability(_ p: Double) -> String {
        p < 0.001 ? "<0.001" : String(format: "%.3f", p)
    }
}

extension RunComparison.TaskComparison {
    /// "250 pairs cannot separate these two: ..."
    package var sentence: String {
        let units = "\(difference.units) \(mainScore.hasPrefix("cosine") ? "pairs" : "queries")"
        let detectable = String(format: "%.3f", power.detectableDifference)
        if isSignificant {
            return "\(task): \(difference.difference > 0 ? "A" : "B") is better; \(units) show "
                + "differences from \(detectable) four times out of five."
        }
        let enough =
            power.unitsNeeded.map { ", and about \($0) would be needed for this one" } ?? ""
        return "\(task): \(units) cannot separate these two; they show differences from "
            + "\(detectable) four times out of five\(enough)."
    }
}
