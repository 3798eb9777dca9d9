package import Compute
package import Encoder

/// Trains a student, one optimiser step at a time.
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
    let optimizer: DenseOptimizer
    /// Nil when the embeddings are frozen.
    var words: WordTable?
    let pool: ComputePool
    private let network: StudentNetwork
    private let denseGradients: Matrix
    private let wordGradients: WordGradients
    private var pending: (loss: Double, tokens: Int, sequences: Int)?

    /// - Throws: `TrainingError.setting` for values out of range.
    package init(
        student: Student, configuration: TrainerConfiguration, pool: ComputePool
    ) throws(TrainingError) {
        try configuration.check(for: student.configuration)
        self.student = student
        self.configuration = configuration
        self.pool = pool
        denseGradients = Matrix(
            rows: 1, columns: student.layout.count - student.layout.denseStart)
        wordGradients = WordGradients(hiddenSize: student.configuration.encoder.hiddenSize)
        network = StudentNetwork(
            student: student, gradients: denseGradients, frozen: configuration.frozen,
            precision: configuration.precision, pool: pool)
        optimizer = DenseOptimizer(student: student, frozen: configuration.frozen)
        resetWords()
    }

    /// One optimiser step over `batches` (gradient accumulation): forward, loss, backward, limit,
    /// AdamW.
    ///
    /// - Throws: `TrainingError.batch` and `.notFinite`, `EncoderError` for token ids and lengths;
    ///   the parameters are then as before.
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
        let passes = try batches.enumerated().map { index, batch in
            try (batch.objective ?? configuration.objective).check(
                batch, index: index, dimensions: student.configuration.dimensions)
            return try pass(batch)
        }
        begin(batches)
        var loss = 0.0
        for (index, (batch, pass)) in zip(batches, passes).enumerated() {
            let share = Double(batch.sequences.sequenceCount) / Double(sequences ?? own)
            loss += try accumulate(batch, pass: pass, share: share, index: index)
        }
        let tokens = batches.reduce(0) { $0 + $1.sequences.tokenCount }
        pending = (loss, tokens, own)
        return loss
    }

    /// The gradients that `computeGradients` left, to be changed in place by whoever adds up those
    /// of several processes.
    package var gradients: Gradients {
        Gradients(
            dense: denseGradients, wordIDs: wordGradients.ids, wordRows: wordGradients.rows)
    }

    /// Gives each of `ids` (rising, a superset of `gradients.wordIDs`) a gradient row, new ones
    /// zero.
    package func widenWordGradients(to ids: [Int32]) { wordGradients.widen(to: ids, pool: pool) }

    /// Limits the gradient and takes the AdamW step.
    ///
    /// - Parameter loss: what the report shall say, when the shares of several processes were added
    ///   up.
    /// - Throws: `TrainingError.notFinite`; the parameters are then as before.
    package func applyGradients(loss: Double? = nil) throws(TrainingError) -> StepReport {
        guard let pending else { preconditionFailure("computeGradients comes first") }
        let norm = gradientNorm()
        guard norm.isFinite else {
            throw .notFinite(step: stepCount + 1, batch: nil, what: "the gradient norm")
        }
        let rate = currentRate
        optimizer.apply(
            decaying: optimizerStep(rate: rate, norm: norm, decays: true),
            plain: optimizerStep(rate: rate, norm: norm, decays: false),
            gradients: denseGradients, pool: pool)
        words?.apply(
            optimizerStep(rate: currentWordRate, norm: norm, decays: true),
            ids: wordGradients.ids, gradients: wordGradients.rows)
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
        words?.update(RowGroups(sequences.inputIDs).ids)
        return network.forward(pass).vectors
    }

    /// Brings every row of the word table up to date; call before reading `student`.
    package func synchronize() { words?.updateAll() }

    /// The learning rate of the next step.
    package var currentRate: Double {
        configuration.optimizer.learningRate * configuration.schedule.factor(step: stepCount)
    }

    private var currentWordRate: Double {
        (configuration.wordLearningRate ?? configuration.optimizer.learningRate)
            * configuration.schedule.factor(step: stepCount)
    }

    func resetWords() {
        let table = student.layout.parameters[0]
        words =
            configuration.frozen.embeddings
            ? nil : WordTable(values: student.matrix(table), step: stepCount, pool: pool)
    }

    private func pass(_ batch: TrainingBatch) throws(EncoderError) -> ForwardPass {
        try ForwardPass(
            batch.sequences, firstSequence: batch.firstSequence,
            dropout: DropoutPlan(
                rates: configuration.dropout, seed: configuration.seed, step: stepCount),
            configuration: student.configuration.encoder)
    }

    /// Clears the gradients and brings the rows that the step reads up to date.
    private func begin(_ batches: [TrainingBatch]) {
        denseGradients.clear(pool: pool)
        guard let words else { return }
        let ids = RowGroups(batches.flatMap(\.sequences.inputIDs)).ids
        words.update(ids)
        wordGradients.begin(ids: ids, pool: pool)
    }

    private func accumulate(
        _ batch: TrainingBatch, pass: ForwardPass, share: Double, index: Int
    ) throws(TrainingError) -> Double {
        let trace = network.forward(pass)
        var value = LossValue(zeroLike: trace.vectors)
        value.add(
            (batch.objective ?? configuration.objective)
                .evaluate(trace.vectors, batch: batch, pool: pool),
            weight: Float(share))
        guard value.loss.isFinite else {
            throw .notFinite(step: stepCount + 1, batch: index, what: "the loss")
        }
        network.backward(trace, gradient: value.gradient, wordGradients: wordGradients)
        return value.loss
    }

    private func gradientNorm() -> Double {
        let words = AdamWKernel.squareSum(wordGradients.rows.flat, pool: pool)
        return (AdamWKernel.squareSum(denseGradients, pool: pool) + words).squareRoot()
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
