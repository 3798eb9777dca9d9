import AjanRetrieval
import Foundation

/// Answers as people read them.
struct SearchPrinter {
    let explains: Bool
    /// Whether matching words are shown bold; else they stand between asterisks.
    let colours: Bool

    func text(of response: SearchResponse) -> String {
        var lines: [String] = []
        if response.hits.isEmpty {
            lines.append(
                response.abstained
                    ? "No answer is likely enough (see `ajan tune`)." : "Nothing was found.")
        }
        for hit in response.hits {
            lines.append(head(of: hit))
            let (open, close) = colours ? ("\u{1B}[1m", "\u{1B}[0m") : ("*", "*")
            let snippet = hit.snippet.marked(open: open, close: close)
            lines.append(
                "      " + snippet.split(whereSeparator: \.isNewline).joined(separator: " "))
            if let copies = copies(of: hit) { lines.append("      " + copies) }
            if explains { lines.append("      " + explanation(of: hit.explanation)) }
        }
        if explains { lines.append(timings(of: response)) }
        return lines.joined(separator: "\n")
    }

    /// Where the same passage stands besides; nil when nowhere.
    private func copies(of hit: SearchHit) -> String? {
        guard let first = hit.copies.first else { return nil }
        let more = hit.copies.count > 1 ? " and \(hit.copies.count - 1) more" : ""
        return "also in: \(place(first.path, first.name))\(more)"
    }

    private func place(_ path: String, _ name: String) -> String {
        name.isEmpty ? path : "\(path)#\(name)"
    }

    private func head(of hit: SearchHit) -> String {
        let heading = hit.heading.isEmpty ? hit.title ?? "" : hit.heading
        let chance = hit.probability.map { String(format: "  %.0f%%", $0 * 100) } ?? ""
        return String(format: "%4d  %.3f", hit.rank, hit.score) + chance
            + "  \(place(hit.path, hit.name))" + (heading.isEmpty ? "" : "  \(heading)")
    }

    private func explanation(of explanation: SearchHit.Explanation) -> String {
        func part(_ name: String, _ score: Double?, _ rank: Int?, _ standing: Double?) -> String {
            guard let score else { return "\(name) -" }
            let place = rank.map { "place \($0)" } ?? "not among the first"
            let above = standing.map { String(format: ", %.1f deviations up", $0) } ?? ""
            return String(format: "\(name) %.3f (", score) + place + above + ")"
        }
        return part(
            "cosine", explanation.cosine, explanation.denseRank, explanation.denseStanding) + "  "
            + part(
                "BM25", explanation.bm25, explanation.lexicalRank, explanation.lexicalStanding)
    }

    private func timings(of response: SearchResponse) -> String {
        let timings = response.timings
        let fusion = response.fusion.map { " (\($0))" } ?? ""
        return "\(response.mode.rawValue)\(fusion); "
            + String(
                format: "ms: embed %.1f, dense %.1f, lexical %.1f, fetch %.1f, total %.1f",
                timings.embed, timings.dense, timings.lexical, timings.fetch, timings.total)
    }
}
