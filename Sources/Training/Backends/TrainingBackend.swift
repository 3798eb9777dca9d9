import AjanCompute
import AjanEncoder

/// What computes the steps of a trainer, and holds the parameters meanwhile.
protocol TrainingBackend: AnyObject {
    /// The gradient of the objective over `batches`; returns the loss.
    ///
    /// - Throws: `TrainingError.notFinite` naming the first batch whose loss is not finite.
    func computeGradients(_ batches: [StepBatch]) throws -> Double

    /// The words, rising, that have gradients in this step.
    var wordIDs: [Int32] { get }

    /// The gradients that `computeGradients` left. Changes to them count in `apply`.
    func gradients() throws -> Trainer.Gradients

    /// Gives each of `ids` (rising, a superset of the step's words) a gradient row, new ones zero.
    func widenWordGradients(to ids: [Int32]) throws

    /// The sum of the squares of all gradients.
    func squaredNorm() throws -> Double

    /// One AdamW step: `decaying` for matrices and tables, `plain` for biases and LayerNorm.
    func apply(decaying: AdamWStep, plain: AdamWStep, words: AdamWStep) throws

    /// Sentence vectors as the parameters are now.
    func vectors(of pass: ForwardPass) throws -> Matrix

    /// Brings the student's parameters in memory up to date.
    func synchronize() throws

    /// Copies of the optimiser's moments.
    func moments() throws -> OptimizerMoments

    /// Takes over these moments and the student's parameters in memory, which were replaced.
    ///
    /// - Parameter step: number of optimiser steps that led to them.
    func restore(_ moments: OptimizerMoments, step: Int) throws
}

/// The moments of AdamW: of everything after the word table, `[1, n]`, and of the rows of the word
/// table that have any.
struct OptimizerMoments {
    struct Words {
        /// Rising.
        let ids: [Int32]
        /// `[ids.count, hiddenSize]` each.
        let first: Matrix
        let second: Matrix
    }

    let first: Matrix
    let second: Matrix
    /// Nil when the embeddings are frozen.
    let words: Words?
}

/// A batch of a step, checked, and its share of the step.
struct StepBatch {
    let batch: TrainingBatch
    let pass: ForwardPass
    let objective: Objective
    let share: Double
    /// Number in the step, and the number of the step, for errors.
    let index: Int
    let step: Int

    /// The objective on the batch's vectors, weighted by its share.
    func value(_ vectors: Matrix, pool: ComputePool) -> LossValue {
        var value = LossValue(zeroLike: vectors)
        value.add(
            objective.evaluate(vectors, batch: batch, pool: pool), weight: Float(share))
        return value
    }

    /// - Throws: `TrainingError.notFinite`.
    func check(_ loss: Double) throws(TrainingError) {
        guard loss.isFinite else { throw .notFinite(step: step, batch: index, what: "the loss") }
    }
}
