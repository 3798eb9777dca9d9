package import AjanCompute
package import AjanEncoder

/// Sequences that go through the student together, and what their vectors shall become.
///
/// A step may consist of several batches: their gradients add up, and how the sequences of a step
/// are cut into batches changes neither loss (except the losses that compare sequences of one
/// batch) nor dropout.
package struct TrainingBatch: Sendable {
    /// What the vectors are compared with.
    package enum Target: Sendable {
        /// Teacher vectors `[sequences, dimensions]`.
        case teacher(Matrix)
        /// Sequences 2i and 2i + 1 are a pair (anchor, positive); the other positives of the batch
        /// are negatives.
        case pairs
        /// Teacher vectors, and the sequences are pairs as well: every loss can be used.
        case teacherAndPairs(Matrix)
    }

    /// Token ids with their special tokens.
    package let sequences: PackedBatch
    package let target: Target
    /// Number of the first sequence within the whole step, over all batches and all processes.
    /// Dropout is keyed by it, so cutting a step otherwise does not change a mask.
    package let firstSequence: Int
    /// What is minimised on this batch; nil takes the objective of the trainer's configuration.
    package let objective: Objective?

    package init(
        sequences: PackedBatch, target: Target, firstSequence: Int = 0, objective: Objective? = nil
    ) {
        self.sequences = sequences
        self.target = target
        self.firstSequence = firstSequence
        self.objective = objective
    }

    /// The teacher vectors, if there are any.
    package var teacher: Matrix? {
        switch target {
        case .teacher(let vectors), .teacherAndPairs(let vectors): vectors
        case .pairs: nil
        }
    }

    /// Whether the sequences are pairs.
    package var isPaired: Bool {
        if case .teacher = target { return false }
        return true
    }
}
