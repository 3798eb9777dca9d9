import Foundation

/// The language of a report's prose and numbers.
package enum ReportLanguage: String, Sendable, CaseIterable {
    case turkish = "tr"
    case english = "en"

    var words: ReportWords { self == .turkish ? .turkish : .english }

    /// "0.478" or, in Turkish, "0,478".
    func number(_ value: Double, signed: Bool = false) -> String {
        let text = String(format: signed ? "%+.3f" : "%.3f", value)
            .replacingOccurrences(of: "-", with: "−")
        return self == .turkish ? text.replacingOccurrences(of: ".", with: ",") : text
    }

    /// "0.463–0.492"; where there may be signs "−0.034 … −0.010".
    func interval(_ low: Double, _ high: Double, signed: Bool = false) -> String {
        [low, high].map { number($0, signed: signed) }
            .joined(separator: signed || low < 0 ? " … " : "–")
    }

    /// A signed difference; "=" when nothing changed at all.
    func difference(_ value: Double) -> String {
        value == 0 ? "=" : number(value, signed: true)
    }

    /// "118M", or a dash for a system without parameters.
    func parameters(_ count: Int?) -> String {
        guard let count else { return "–" }
        return count >= 1_000_000
            ? "\(Int((Double(count) / 1e6).rounded()))M"
            : "\(max(1, Int((Double(count) / 1e3).rounded())))K"
    }

    /// "1,024" or "1.024".
    func count(_ value: Int) -> String {
        let digits = Array(String(value))
        let mark = self == .turkish ? "." : ","
        return digits.enumerated().reduce(into: "") { text, digit in
            let left = digits.count - digit.offset
            if digit.offset > 0, left % 3 == 0 { text += mark }
            text.append(digit.element)
        }
    }

    /// The name of a metric for people.
    func metric(_ name: String) -> String {
        switch name {
        case "ndcg_at_10": "nDCG@10"
        case "cosine_spearman": "Spearman"
        case "f1": "F1"
        default: name
        }
    }

    /// The name of a robustness variant for people.
    func variant(_ name: String) -> String {
        words.variants[name] ?? name
    }
}
