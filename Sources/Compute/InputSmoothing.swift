import Foundation

/// Factors that take a part of the large inputs of a linear layer off them and put it onto the
/// weights, so that 8 bits hold both: `x W^T = (x / s) (W s)^T`.
///
/// `s` of an input is the root of its largest magnitude over that of its weights, taken relative to
/// the middle one of the layer. Quarter powers of 2 are near enough, and the last bits of what was
/// measured, which differ between processors, seldom change one.
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

    /// The quarter power of 2 nearest to the root of `ratio`. Inputs that seldom take large values
    /// may not be made much larger.
    private static func quarters(root ratio: Float) -> Int {
        guard ratio.isNormal, ratio > 0 else { return 0 }
        return min(max(Int((2 * log2(ratio)).rounded()), -8), 40)
    }

    /// `2^(quarters / 4)`.
    private static func power(quarters: Int) -> Float {
        let parts: [Float] = [1, 1.189_207_1, 1.414_213_6, 1.681_792_8]
        return Float(sign: .plus, exponent: quarters >> 2, significand: parts[quarters & 3])
    }
}

extension Matrix {
    /// Multiplies each column by its factor, `[columns]`.
    func multiplyColumns(by factors: [Float]) {
        precondition(factors.count == columns && region.isWritable)
        for row in 0..<rows {
            let values = unsafe pointer + row * rowStride
            for column in factors.indices { unsafe values[column] *= factors[column] }
        }
    }

    /// The largest magnitude in each column, `[columns]`; NaN does not count.
    package func columnMagnitudes() -> [Float] {
        var largest = [Float](repeating: 0, count: columns)
        for row in 0..<rows {
            let values = unsafe UnsafeBufferPointer(
                start: pointer + row * rowStride, count: columns)
            for column in largest.indices {
                let magnitude = unsafe abs(values[column])
                if magnitude > largest[column] { largest[column] = magnitude }
            }
        }
        return largest
    }
}
