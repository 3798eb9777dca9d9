import Foundation

extension Calibration {
    /// Ridge that keeps the map finite when evidence separates right from wrong completely.
    private static let ridge = 1e-3
    private static let steps = 50

    /// The logistic map that makes `outcomes` most likely given `evidence` (Platt 1999), by
    /// Newton's method; nil when the outcomes are all the same.
    init?(evidence: [Double], outcomes: [Bool]) {
        let right = outcomes.count { $0 }
        guard right > 0, right < outcomes.count else { return nil }
        var (slope, intercept) = (0.0, log(Double(right) / Double(outcomes.count - right)))
        for _ in 0..<Self.steps {
            var (gradientS, gradientI) = (-Self.ridge * slope, 0.0)
            var (hessianSS, hessianSI, hessianII) = (Self.ridge, 0.0, 1e-9)
            for (x, isRight) in zip(evidence, outcomes) {
                let chance = 1 / (1 + exp(-(slope * x + intercept)))
                let error = (isRight ? 1 : 0) - chance
                let weight = chance * (1 - chance)
                gradientS += error * x
                gradientI += error
                hessianSS += weight * x * x
                hessianSI += weight * x
                hessianII += weight
            }
            let determinant = hessianSS * hessianII - hessianSI * hessianSI
            guard abs(determinant) > 1e-12 else { break }
            let stepS = (hessianII * gradientS - hessianSI * gradientI) / determinant
            let stepI = (hessianSS * gradientI - hessianSI * gradientS) / determinant
            slope += stepS
            intercept += stepI
            if abs(stepS) + abs(stepI) < 1e-9 { break }
        }
        guard slope.isFinite, intercept.isFinite else { return nil }
        self.init(slope: slope, intercept: intercept)
    }

    /// Mean squared error of the chances (Brier 1950).
    func brierScore(evidence: [Double], outcomes: [Bool]) -> Double {
        let errors = zip(evidence, outcomes).map { x, isRight in
            let error = probability(x) - (isRight ? 1 : 0)
            return error * error
        }
        return errors.reduce(0, +) / Double(max(errors.count, 1))
    }
}
