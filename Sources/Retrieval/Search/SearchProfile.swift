import Foundation

/// How an index is searched when the request does not say.
package struct SearchProfile: Codable, Equatable, Sendable {
    package var mode: SearchMode
    package var fusion: Fusion
    /// Maps the standing of a passage to the chance that it answers; found by `ajan tune`.
    package var calibration: Calibration?
    /// Answers below this chance are not given; nil gives all.
    package var abstainBelow: Double?

    /// Whether scores by this profile are numbers.
    var isSound: Bool {
        if case .sum(let weight) = fusion { (0...1).contains(weight) } else { true }
    }

    package init(
        mode: SearchMode = .hybrid, fusion: Fusion = .sum(denseWeight: 0.5),
        calibration: Calibration? = nil, abstainBelow: Double? = nil
    ) {
        self.mode = mode
        self.fusion = fusion
        self.calibration = calibration
        self.abstainBelow = abstainBelow
    }
}

/// What a search looks at.
package enum SearchMode: String, Codable, CaseIterable, Sendable {
    /// Meaning: the cosine of vectors.
    case dense
    /// Words: BM25 over Turkish terms.
    case lexical
    /// Both.
    case hybrid
}

/// A logistic map from a score to the chance of being right.
package struct Calibration: Codable, Equatable, Sendable {
    package let slope: Double
    package let intercept: Double

    package func probability(_ score: Double) -> Double {
        1 / (1 + exp(-(slope * score + intercept)))
    }
}
