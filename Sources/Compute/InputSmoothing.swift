import Foundation

/// Factors that take a part of the large inputs of a linear layer off them and put it onto the
/// weights, so that 8 bits hold both: `x W^T = (x / s) (W s)^T`.
///
/// `s` = sqrt(max|x| / max|w|) per input, divided by the layer's median and rounded to a quarter
/// power of 2. The rounding makes `s` insensitive to the last bits of the measured maxima, which
/// differ between processors.
///
/// Source: SmoothQuant, Xiao et al. 2023, with a migration strength of 1/2.
package struct InputSmoothing: Sendable, Equatable {
    /// `1 / s`: what the inputs are multiplied by, `[inputSize]`.
    package let inputFactors: [Float]
    /// `s`: what the weights are multiplied by, `[inputSize]`.
    package let weightFactors: [Float]

    /// - Parameters:
    ///   - largestInputs: the largest magnitude that each input was seen to take, `[inputSize]`.
    ///   - weight: `[outputSize, inputSize]`.
    package init(largestInputs: [Float], weight: Matrix) {
        precondition(largestInputs.count == weight.columns)
        let ratios = zip(largestInputs, weight.columnMagnitudes()).map { $0 / $1 }
        // Inputs that are always 0, or have no weight, say nothing about the others.
        let usual = ratios.filter { $0.isNormal && $0 > 0 }.sorted()
        let middle = usual.isEmpty ? 1 : usual[usual.count / 2]
        let quarters = ratios.map { Self.quarters(root: $0 / middle) }
        inputFactors = quarters.map { Self.power(quarters: -$0) }
        weightFactors = quarters.map { Self.power(quarters: $0) }
    }

    /// Exponents that `s` may have, in quarters: 1/4 to 1024.
    ///
    /// The maxima are measured on few tokens. An input that was small on all of them may be large
    /// in a real text, so it is made at most 4 times larger. Inputs may be made much smaller:
    /// behind a LayerNorm a few are 10 to 30 times the others. Both ends are chosen, not measured.
    private static let quartersRange = -8...40

    /// The exponent, in quarters, of the power of 2 nearest to the root of `ratio`.
    private static func quarters(root ratio: Float) -> Int {
        guard ratio.isNormal, ratio > 0 else { return 0 }
        let nearest = Int((2 * log2(ratio)).rounded())
        return min(max(nearest, quartersRange.lowerBound), quartersRange.upperBound)
    }

    /// `2^(quarters / 4)`.
    private static func power(quarters: Int) -> Float {
        let parts: [Float] = [1, 1.189_207_1, 1.414_213_6, 1.681_792_8]
        return Float(sign: .plus, exponent: quarters >> 2, significand: parts[quarters & 3])
    }
}
