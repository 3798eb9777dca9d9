import Foundation

/// The standard normal distribution.
package enum NormalDistribution {
    /// P(Z <= z).
    package static func cumulative(_ z: Double) -> Double {
        erfc(-z / 2.0.squareRoot()) / 2
    }

    /// The z with P(Z <= z) = p, for 0 < p < 1: Acklam's rational start (relative error 1.2e-9),
    /// then one step of Halley's method, which brings it to double precision.
    package static func quantile(_ p: Double) -> Double {
        precondition(p > 0 && p < 1, "a quantile needs a probability inside 0...1")
        let start = rationalQuantile(p)
        let error = cumulative(start) - p
        let step = error * (2 * Double.pi).squareRoot() * exp(start * start / 2)
        return start - step / (1 + start * step / 2)
    }

    private static func rationalQuantile(_ p: Double) -> Double {
        let tail = 0.02425
        if p < tail { return tailQuantile((-2 * log(p)).squareRoot()) }
        if p > 1 - tail { return -tailQuantile((-2 * log(1 - p)).squareRoot()) }
        let q = p - 0.5
        let r = q * q
        let numerator = polynomial(
            r,
            [
                -3.969683028665376e+01, 2.209460984245205e+02, -2.759285104469687e+02,
                1.383577518672690e+02, -3.066479806614716e+01, 2.506628277459239e+00,
            ])
        let denominator = polynomial(
            r,
            [
                -5.447609879822406e+01, 1.615858368580409e+02, -1.556989798598866e+02,
                6.680131188771972e+01, -1.328068155288572e+01, 1,
            ])
        return q * numerator / denominator
    }

    private static func tailQuantile(_ q: Double) -> Double {
        let numerator = polynomial(
            q,
            [
                -7.784894002430293e-03, -3.223964580411365e-01, -2.400758277161838e+00,
                -2.549732539343734e+00, 4.374664141464968e+00, 2.938163982698783e+00,
            ])
        let denominator = polynomial(
            q,
            [
                7.784695709041462e-03, 3.224671290700398e-01, 2.445134137142996e+00,
                3.754408661907416e+00, 1,
            ])
        return numerator / denominator
    }

    /// Horner's scheme, highest power first.
    private static func polynomial(_ x: Double, _ coefficients: [Double]) -> Double {
        coefficients.reduce(0) { $0 * x + $1 }
    }
}
