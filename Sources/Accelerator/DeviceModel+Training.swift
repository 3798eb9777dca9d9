import AjanCAccelerator
package import AjanCompute

/// One optimiser step: `beginStep`, then `accumulate` or `forward` and `backward` for each batch,
/// `finishGradients`, `apply`.
extension DeviceModel {
    /// Losses that the device computes itself, of whole vectors.
    package struct Objective: Sendable {
        package let meanSquaredError: Float
        package let cosine: Float
        /// `[sequences, dimensions]`
        package let teacher: Matrix
        /// The batch's part of the whole step: loss and gradient are multiplied by it.
        package let share: Float

        package init(meanSquaredError: Float, cosine: Float, teacher: Matrix, share: Float) {
            self.meanSquaredError = meanSquaredError
            self.cosine = cosine
            self.teacher = teacher
            self.share = share
        }
    }

    /// Begins a step in which the words `ids` (rising) get gradients: all gradients are zero.
    package func beginStep(words ids: [Int32]) throws(AcceleratorError) {
        lossCount = 0
        try unsafe call { api, handle in unsafe api.begin_step(handle, ids, UInt32(ids.count)) }
    }

    /// Forward, loss and backward of one batch; returns before the device is done.
    package func accumulate(
        _ batch: DeviceBatch, objective: Objective
    ) throws(AcceleratorError) {
        precondition(objective.teacher.rows == batch.sequenceCount)
        precondition(objective.teacher.columns == shape.dimensions)
        try unsafe call { api, handle in
            unsafe objective.teacher.withNumbers { teacher in
                var form = unsafe ajan_cuda_objective(
                    mean_squared_error: objective.meanSquaredError, cosine: objective.cosine,
                    teacher: teacher, share: objective.share)
                return unsafe batch.withForm { unsafe api.accumulate(handle, $0, &form) }
            }
        }
        lossCount += 1
    }

    /// The vectors `[sequences, dimensions]` of a batch, with dropout; the device keeps what
    /// `backward` needs.
    package func forward(_ batch: DeviceBatch) throws(AcceleratorError) -> Matrix {
        let vectors = Matrix(rows: batch.sequenceCount, columns: shape.dimensions)
        try unsafe call { api, handle in
            unsafe vectors.withMutableNumbers { target in
                unsafe batch.withForm { unsafe api.forward(handle, $0, target) }
            }
        }
        return vectors
    }

    /// The way back of the last `forward`, given the gradient of its vectors.
    package func backward(_ batch: DeviceBatch, gradient: Matrix) throws(AcceleratorError) {
        precondition(gradient.rows == batch.sequenceCount)
        precondition(gradient.columns == shape.dimensions)
        try unsafe call { api, handle in
            unsafe gradient.withNumbers { gradient in
                unsafe batch.withForm { unsafe api.backward(handle, $0, gradient) }
            }
        }
    }

    /// Waits for the gradients; may be called again after they were changed from outside.
    ///
    /// - Returns: the objective of each `accumulate` of the step, and the sum of squares of all
    ///   gradients.
    package func finishGradients() throws(AcceleratorError) -> (
        losses: [Double], squaredNorm: Double
    ) {
        var losses = [Double](repeating: 0, count: lossCount)
        var squaredNorm = 0.0
        try unsafe call { api, handle in
            unsafe api.finish_gradients(handle, &losses, UInt32(losses.count), &squaredNorm)
        }
        return (losses, squaredNorm)
    }

    /// Gives the words `ids`, a rising superset of the step's, gradient rows, new ones zero.
    package func widenWords(to ids: [Int32]) throws(AcceleratorError) {
        try unsafe call { api, handle in unsafe api.widen_words(handle, ids, UInt32(ids.count)) }
    }

    /// AdamW over all parameters that are not frozen, the whole word table included.
    package func apply(
        decaying: AdamWStep, plain: AdamWStep, words: AdamWStep
    ) throws(AcceleratorError) {
        var (decaying, plain, words) = (Self.form(decaying), Self.form(plain), Self.form(words))
        try unsafe call { api, handle in unsafe api.apply(handle, &decaying, &plain, &words) }
    }

    private static func form(_ step: AdamWStep) -> ajan_cuda_adamw {
        ajan_cuda_adamw(
            decay: step.decay, one_minus_beta1: step.oneMinusBeta1, beta2: step.beta2,
            one_minus_beta2: step.oneMinusBeta2, step_size: step.stepSize,
            correction: step.correction, epsilon: step.epsilon,
            gradient_scale: step.gradientScale)
    }

    // MARK: Several devices

    /// Bytes of the name of a group of devices.
    package static let groupNameSize = 128

    /// A name for a group of devices, to be made by one process and given to all; nil when the
    /// library cannot join devices.
    package func makeGroupName() throws(AcceleratorError) -> [UInt8]? {
        var name = [UInt8](repeating: 0, count: Self.groupNameSize)
        let status = unsafe name.withUnsafeMutableBufferPointer {
            unsafe api.communicator_id($0.baseAddress)
        }
        if status == Int32(AJAN_CUDA_UNSUPPORTED.rawValue) { return nil }
        try device.library.check(status)
        return name
    }

    /// Joins the group; returns when all `count` processes have.
    package func join(group name: [UInt8], rank: Int, count: Int) throws(AcceleratorError) {
        precondition(name.count == Self.groupNameSize)
        try unsafe call { api, handle in
            unsafe api.join(handle, name, UInt32(rank), UInt32(count))
        }
    }

    /// Replaces the gradients by their sums over the group.
    package func sumGradients() throws(AcceleratorError) {
        try unsafe call { api, handle in unsafe api.sum_gradients(handle) }
    }
}
