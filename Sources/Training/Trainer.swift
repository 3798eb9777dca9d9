package import AjanAccelerator
package import AjanCompute
package import AjanEncoder

/// Trains a student, one optimiser step at a time, on the processor or on a device.
///
/// The same student, configuration and batches give the same bits on any number of threads, and a
/// run that is saved and restored goes on with the bits of an uninterrupted one. A trainer is used
/// by one task at a time.
///
/// One process calls `step`. Several processes call `computeGradients` on their own batches with
/// the `sequences` of all, add up `gradients` (after `widenWordGradients` to the union of word
/// ids), and call `applyGradients`.
package final class Trainer {
    /// What one step did.
    package struct StepReport: Sendable, Equatable {
        /// Steps done so far, this one included.
        package let step: Int
        /// The objective before the step.
        package let loss: Double
        /// Global L2 norm of the gradient before it was limited.
        package let gradientNorm: Double
        package let learningRate: Double
        /// Real tokens (there is no padding) and sequences of this process.
        package let tokens: Int
        package let sequences: Int
    }

    /// The gradients of the current step.
    package struct Gradients {
        /// Of everything but the word table, `[1, layout.count - layout.denseStart]`.
        package let dense: Matrix
        /// Word ids that have a gradient row, rising.
        package let wordIDs: [Int32]
        /// `[wordIDs.count, hiddenSize]`.
        package let wordRows: Matrix
    }

    package let student: Student
    package let configuration: TrainerConfiguration
    /// Optimiser steps done so far; also what dropout is keyed by.
    package internal(set) var stepCount = 0
    let backend: any TrainingBackend
    private var pending: (loss: Double, tokens: Int, sequences: Int)?

    /// - Parameter device: what computes the steps; nil for the processor.
    /// - Throws: `TrainingError.setting` for values out of range; `AcceleratorError` when the
    ///   device cannot hold the student.
    package init(
        student: Student, configuration: TrainerConfiguration, pool: ComputePool,
        device: AcceleratorDevice? = nil
    ) throws {
        try configuration.check(for: student.configuration)
        self.student = student
        self.configuration = configuration
        if let device {
            backend = try DeviceBackend(
                student: student, configuration: configuration, pool: pool, device: device)
        } else {
            backend = ProcessorBackend(
                student: student, configuration: configuration, pool: pool)
        }
    }

    /// One optimiser step over `batches` (gradient accumulation): forward, loss, backward, limit,
    /// AdamW.
    ///
    /// - Throws: `TrainingError.batch` and `.notFinite`, `EncoderError` for token ids and lengths;
    ///   the parameters are then as before. `AcceleratorError` when the device fails, which ends
    ///   the trainer.
    package func step(_ batches: [TrainingBatch]) throws -> StepReport {
        _ = try computeGradients(batches)
        return try applyGradients()
    }

    /// The gradient of the objective over `batches`, in `gradients`; returns this process's share
    /// of the loss (the shares of all processes add up to the loss of the step).
    ///
    /// Each batch counts by its number of sequences.
    /// - Parameter sequences: sequences of the whole step over all processes; nil counts `batches`.
    package func computeGradients(
        _ batches: [TrainingBatch], sequences: Int? = nil
    ) throws -> Double {
        let own = batches.reduce(0) { $0 + $1.sequences.sequenceCount }
        let steps = try batches.enumerated().map { index, batch in
            let objective = batch.objective ?? configuration.objective
            try objective.check(
                batch, index: index, dimensions: student.configuration.dimensions)
            return StepBatch(
                batch: batch, pass: try pass(batch), objective: objective,
                share: Double(batch.sequences.sequenceCount) / Double(sequences ?? own),
                index: index, step: stepCount + 1)
        }
        let loss = try backend.computeGradients(steps)
        let tokens = batches.reduce(0) { $0 + $1.sequences.tokenCount }
        pending = (loss, tokens, own)
        return loss
    }

    /// The gradients that `computeGradients` left, to be changed in place by whoever adds up those
    /// of several processes.
    package var gradients: Gradients { get throws { try backend.gradients() } }

    /// The words of `gradients`, without a way from a device.
    package var wordIDs: [Int32] { backend.wordIDs }

    /// Gives each of `ids` (rising, a superset of `wordIDs`) a gradient row, new ones
    /// zero.
    package func widenWordGradients(to ids: [Int32]) throws {
        try backend.widenWordGradients(to: ids)
    }

    /// Limits the gradient and takes the AdamW step.
    ///
    /// - Parameter loss: what the report shall say, when the shares of several processes were added
    ///   up.
    /// - Throws: `TrainingError.notFinite`; the parameters are then as before. `AcceleratorError`.
    package func applyGradients(loss: Double? = nil) throws -> StepReport {
        guard let pending else { preconditionFailure("computeGradients comes first") }
        let norm = try backend.squaredNorm().squareRoot()
        guard norm.isFinite else {
            throw TrainingError.notFinite(
                step: stepCount + 1, batch: nil, what: "the gradient norm")
        }
        let rate = currentRate
        try backend.apply(
            decaying: optimizerStep(rate: rate, norm: norm, decays: true),
            plain: optimizerStep(rate: rate, norm: norm, decays: false),
            words: optimizerStep(rate: currentWordRate, norm: norm, decays: true))
        stepCount += 1
        self.pending = nil
        return StepReport(
            step: stepCount, loss: loss ?? pending.loss, gradientNorm: norm, learningRate: rate,
            tokens: pending.tokens, sequences: pending.sequences)
    }

    /// Sentence vectors `[sequences, dimensions]` of the student as it is now, without dropout.
    ///
    /// - Throws: `EncoderError` for token ids and lengths.
    package func vectors(of sequences: PackedBatch) throws -> Matrix {
        let pass = try ForwardPass(
            sequences, firstSequence: 0, dropout: .none,
            configuration: student.configuration.encoder)
        return try backend.vectors(of: pass)
    }

    /// Brings the parameters of `student` up to date; call before reading them.
    package func synchronize() throws { try backend.synchronize() }

    /// The learning rate of the next step.
    package var currentRate: Double {
        configuration.optimizer.learningRate * configuration.schedule.factor(step: stepCount)
    }

    private var currentWordRate: Double {
        (configuration.wordLearningRate ?? configuration.optimizer.learningRate)
            * configuration.schedule.factor(step: stepCount)
    }

    private func pass(_ batch: TrainingBatch) throws(EncoderError) -> ForwardPass {
        try ForwardPass(
            batch.sequences, firstSequence: batch.firstSequence,
            dropout: DropoutPlan(
                rates: configuration.dropout, seed: configuration.seed, step: stepCount),
            configuration: student.configuration.encoder)
    }

    private func optimizerStep(rate: Double, norm: Double, decays: Bool) -> AdamWStep {
        let settings = configuration.optimizer
        // As torch.nn.utils.clip_grad_norm_: limit / (norm + 1e-6), at most 1.
        let scale = configuration.maxGradientNorm.map { min(1, Float(Double($0) / (norm + 1e-6))) }
        return AdamWStep(
            rate: rate, step: stepCount + 1, beta1: settings.beta1, beta2: settings.beta2,
            epsilon: settings.epsilon, weightDecay: decays ? settings.weightDecay : 0,
            gradientScale: scale ?? 1)
    }
}
