import AjanCKernels
import Foundation

/// The numbers of one AdamW step, computed in f64 and rounded once, as PyTorch does.
package struct AdamWStep: Sendable {
    fileprivate let kernelForm: ck_adamw_step

    /// - Parameters:
    ///   - rate: learning rate of this step.
    ///   - step: number of the step, counted from 1, for the bias correction.
    ///   - weightDecay: 0 for parameters that do not decay.
    ///   - gradientScale: what gradients are multiplied with first, from the norm limit.
    package init(
        rate: Double, step: Int, beta1: Double, beta2: Double, epsilon: Double,
        weightDecay: Double, gradientScale: Float = 1
    ) {
        kernelForm = ck_adamw_step(
            decay: Float(1 - rate * weightDecay), one_minus_beta1: Float(1 - beta1),
            beta2: Float(beta2), one_minus_beta2: Float(1 - beta2),
            step_size: Float(rate / (1 - pow(beta1, Double(step)))),
            correction: Float((1 - pow(beta2, Double(step))).squareRoot()), epsilon: Float(epsilon),
            gradient_scale: gradientScale)
    }

    // The numbers, for devices.
    package var decay: Float { kernelForm.decay }
    package var oneMinusBeta1: Float { kernelForm.one_minus_beta1 }
    package var beta2: Float { kernelForm.beta2 }
    package var oneMinusBeta2: Float { kernelForm.one_minus_beta2 }
    package var stepSize: Float { kernelForm.step_size }
    package var correction: Float { kernelForm.correction }
    package var epsilon: Float { kernelForm.epsilon }
    package var gradientScale: Float { kernelForm.gradient_scale }

    /// Whether a parameter without moments stays as it is.
    package var decays: Bool { kernelForm.decay != 1 }
}

/// Updates of parameters and moments that lie side by side, `[1, n]` each.
package enum AdamWKernel {
    /// Numbers of one piece of work.
    private static let grain = 1 << 14

    /// One step with `gradient`.
    package static func apply(
        _ step: AdamWStep, parameters: Matrix, firstMoments: Matrix, secondMoments: Matrix,
        gradient: Matrix, pool: ComputePool? = nil
    ) {
        precondition(parameters.rows == 1 && parameters.region.isWritable)
        precondition(
            [firstMoments, secondMoments, gradient].allSatisfy {
                $0.rows == 1 && $0.columns == parameters.columns
            })
        Parallel.forEach(count: parameters.columns, grain: grain, pool: pool) { range in
            var form = step.kernelForm
            unsafe TrainingKernels.table.adamw_f32(
                parameters.pointer + range.lowerBound, firstMoments.pointer + range.lowerBound,
                secondMoments.pointer + range.lowerBound, gradient.pointer + range.lowerBound,
                range.count, &form)
        }
    }

    /// `steps` in which the gradient was zero, on one row and the calling thread.
    ///
    /// - Parameter moments: nil when they are all zero.
    package static func idle(
        _ steps: ArraySlice<AdamWStep>, parameters: Matrix,
        moments: (first: Matrix, second: Matrix)?
    ) {
        precondition(parameters.rows == 1 && parameters.region.isWritable)
        unsafe steps.withUnsafeBufferPointer { steps in
            // SAFETY: an AdamWStep is nothing but its kernel form.
            unsafe steps.withMemoryRebound(to: ck_adamw_step.self) { forms in
                unsafe TrainingKernels.table.adamw_idle_f32(
                    parameters.pointer, moments.map { unsafe $0.first.pointer },
                    moments.map { unsafe $0.second.pointer }, parameters.columns,
                    forms.baseAddress, forms.count)
            }
        }
    }

    /// The sum of the squares of `values` `[1, n]` in f64, over blocks of fixed size in order.
    package static func squareSum(_ values: Matrix, pool: ComputePool? = nil) -> Double {
        precondition(values.rows == 1)
        let block = 4_096
        let blocks = values.columns.dividedUp(by: block)
        let partial = Matrix(rows: 1, columns: blocks)
        Parallel.forEach(count: blocks, grain: 8, pool: pool) { range in
            for index in range {
                let start = unsafe values.pointer + index * block
                let count = min(block, values.columns - index * block)
                unsafe partial.pointer[index] = unsafe Kernels.table.dot_f32(start, start, count)
            }
        }
        return partial.row(0).reduce(0) { $0 + Double($1) }
    }
}
