/// The parts of a run, in order. Each finds out what is done already and goes on from there.
package enum DistillationStage: String, Sendable, CaseIterable, Codable {
    case check
    case cache
    case train
    case evaluate
    case export
}

/// What a run tells while it works.
package enum DistillationEvent: Sendable {
    case began(DistillationStage, String)
    /// Texts that the teacher has read.
    case cached(done: Int, total: Int)
    case step(TrainingStep)
    case measured(StudentMeasurement)
    /// Texts of an evaluation that went through a model.
    case embedded(done: Int, total: Int)
    case note(String)
}

/// One optimiser step, for progress, log and report.
package struct TrainingStep: Sendable, Codable, Equatable {
    package let step: Int
    package let steps: Int
    package let loss: Double
    package let gradientNorm: Double
    package let learningRate: Double
    package let tokens: Int
    package let seconds: Double

    package var tokensPerSecond: Double { Double(tokens) / max(seconds, 1e-9) }
}

/// How far the student has come at one step.
package struct StudentMeasurement: Sendable, Codable, Equatable {
    package let step: Int
    /// Mean of the squared differences to the teacher, over held-out texts and dimensions.
    package let heldOutMSE: Double
    /// Mean cosine to the teacher over held-out texts.
    package let heldOutCosine: Double
    /// nDCG@10 by task; empty when no task is watched or its data is not there.
    package let retrieval: [String: Double]

    /// What chooses the best checkpoint: the mean retrieval score, or the held-out cosine when no
    /// task is watched.
    package var score: Double {
        guard !retrieval.isEmpty else { return heldOutCosine }
        let values = retrieval.keys.sorted().compactMap { retrieval[$0] }
        return values.reduce(0, +) / Double(values.count)
    }
}
