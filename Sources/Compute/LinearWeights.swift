import CKernels
import Foundation

/// The weights of one linear layer `y = x W^T + b`, in the form that the kernels like best.
///
/// `outputSize` rows of `inputSize` numbers, as PyTorch stores them. How the numbers lie in memory
/// (packed panels, int8 with scales) is this module's business; encoders only call `apply`.
package struct LinearWeights: Sendable {
    package let outputSize: Int
    package let inputSize: Int
    private let weight: Matrix
    private let bias: [Float]

    /// f32 weights from `weight` `[outputSize, inputSize]` and `bias` `[outputSize]`.
    package init(weight: Matrix, bias: [Float]?) {
        outputSize = weight.rows
        inputSize = weight.columns
        precondition(bias == nil || bias?.count == weight.rows)
        self.weight = weight
        self.bias = bias ?? [Float](repeating: 0, count: weight.rows)
    }

    /// Writes `activation(input W^T + b) (+ residual)` into `output`.
    ///
    /// - Parameters:
    ///   - input: `[tokens, inputSize]`.
    ///   - output: `[tokens, outputSize]`; may be the same rows as `residual`.
    ///   - activation: applied before the residual is added.
    ///   - residual: `[tokens, outputSize]` or nil.
    ///   - pool: splits the work by rows; nil computes on the calling thread. Same bits either way.
    package func apply(
        to input: Matrix, into output: Matrix, activation: Activation = .identity,
        residual: Matrix? = nil, pool: ComputePool? = nil
    ) {
        precondition(input.columns == inputSize && output.columns == outputSize)
        precondition(input.rows == output.rows && output.region.isWritable)
        for row in 0..<input.rows {
            let keep = residual?.row(row)
            unsafe bias.withUnsafeBufferPointer { bias in
                unsafe ck_linear_f32(
                    input.pointer + row * input.rowStride, input.rowStride,
                    weight.pointer, weight.rowStride, bias.baseAddress,
                    output.pointer + row * output.rowStride, output.rowStride,
                    1, outputSize, inputSize)
            }
            if activation == .gelu {
                unsafe ck_gelu_f32(output.pointer + row * output.rowStride, outputSize)
            }
            if activation == .tanh { output.setRow(row, to: output.row(row).map(tanhf)) }
            if let keep { unsafe ck_add_f32(keep, output.pointer + row * output.rowStride, outputSize) }
        }
    }
}

/// The function applied to the output of a linear layer.
package enum Activation: Sendable, Equatable {
    case identity
    /// 0.5 x (1 + erf(x / √2)): the exact form, not the tanh approximation.
    case gelu
    case tanh
}
