package import Compute
package import Encoder
package import Foundation

/// Trains a student, one optimiser step at a time.
///
/// The same student, configuration and batches give the same bits on any number of threads, and a
/// run that is saved and restored goes on with the bits of an uninterrupted one. A trainer is used
/// by one task at a time.
///
/// One process calls `step`. Several processes call `computeGradients` on their own batches with the
/// `sequences` of all, add up `gradients` (after `widenWordGradients` to the union of word ids), and
/// call `applyGradients`.
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

    package let student: Student
    package let configuration: TrainerConfiguration
    /// Optimiser steps done so far; also what dropout is keyed by.
    package private(set) var stepCount = 0
    private let pool: ComputePool

    /// - Throws: `TrainingError.setting` for values out of range.
    package init(
        student: Student, configuration: TrainerConfiguration, pool: ComputePool
    ) throws(TrainingError) {
        self.student = student
        self.configuration = configuration
        self.pool = pool
    }

    /// One optimiser step over `batches` (gradient accumulation): forward, loss, backward, limit,
    /// AdamW.
    ///
    /// - Throws: `TrainingError.batch` and `.notFinite`; the parameters are then as before.
    package func step(_ batches: [TrainingBatch]) throws -> StepReport {
        _ = try computeGradients(batches)
        return try applyGradients()
    }

    /// The gradient of the objective over `batches`, in `gradients`; returns this process's share of
    /// the loss (the shares of all processes add up to the loss of the step).
    ///
    /// - Parameter sequences: sequences of the whole step over all processes; nil counts `batches`.
    package func computeGradients(
        _ batches: [TrainingBatch], sequences: Int? = nil
    ) throws -> Double {
        throw TrainingError.unsupported("steps yet")
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

    /// The gradients that `computeGradients` left, to be changed in place by whoever adds up those of
    /// several processes.
    package var gradients: Gradients {
        get throws { throw TrainingError.unsupported("steps yet") }
    }

    /// Gives each of `ids` (rising, a superset of `gradients.wordIDs`) a gradient row, new ones zero.
    package func widenWordGradients(to ids: [Int32]) throws {
        throw TrainingError.unsupported("steps yet")
    }

    /// Limits the gradient and takes the AdamW step.
    ///
    /// - Parameter loss: what the report shall say, when the shares of several processes were added up.
    package func applyGradients(loss: Double? = nil) throws -> StepReport {
        throw TrainingError.unsupported("steps yet")
    }

    /// Sentence vectors `[sequences, dimensions]` of the student as it is now, without dropout.
    package func vectors(of sequences: PackedBatch) throws -> Matrix {
        throw TrainingError.unsupported("steps yet")
    }

    /// Brings every row of the word table up to date; call before reading `student`.
    package func synchronize() {}

    /// Writes parameters, moments and counters to one safetensors file: beside it first, then renamed.
    package func save(to file: URL, metadata: [String: String] = [:]) throws {
        throw TrainingError.unsupported("steps yet")
    }

    /// Goes on where `file`, which `save` wrote, left off.
    ///
    /// - Returns: the metadata given to `save`.
    /// - Throws: `TrainingError.state` when the file belongs to another student or configuration.
    package func restore(from file: URL) throws -> [String: String] {
        throw TrainingError.unsupported("steps yet")
    }

    /// Bytes that training needs beside the student's parameters: gradients, moments and the
    /// activations of a batch of `batchTokens` tokens.
    package static func memoryByteCount(
        _ configuration: StudentConfiguration, batchTokens: Int
    ) -> Int {
        let layout = ParameterLayout(configuration)
        return 4 * (3 * layout.count + batchTokens)
    }
}
