package import AjanCompute

/// Everything that decides what a training run computes, beside the model and the data.
package struct TrainerConfiguration: Sendable, Equatable, Codable {
    /// Probabilities of zeroing; the rest is scaled up so that means stay.
    package struct Dropout: Sendable, Equatable, Codable {
        /// On the embeddings and on what each block adds, `hidden_dropout_prob`.
        package var hidden: Float
        /// On attention probabilities, `attention_probs_dropout_prob`.
        package var attention: Float

        package init(hidden: Float = 0.1, attention: Float = 0.1) {
            self.hidden = hidden
            self.attention = attention
        }

        package static let none = Dropout(hidden: 0, attention: 0)
    }

    /// Parts that stay as they are.
    package struct Frozen: Sendable, Equatable, Codable {
        /// Word, position and type tables and their LayerNorm.
        package var embeddings: Bool
        /// Encoder layers `0..<lowerLayers`.
        package var lowerLayers: Int

        package init(embeddings: Bool = false, lowerLayers: Int = 0) {
            self.embeddings = embeddings
            self.lowerLayers = lowerLayers
        }
    }

    package var optimizer: AdamWConfiguration
    /// Learning rate of the word table at its highest; nil takes the optimiser's. Rows of a new
    /// vocabulary have further to go than layers that are trained already.
    package var wordLearningRate: Double?
    package var schedule: LearningRateSchedule
    package var objective: Objective
    package var dropout: Dropout
    /// Gradients whose global L2 norm is larger are scaled down to it; nil never scales.
    package var maxGradientNorm: Float?
    package var frozen: Frozen
    /// How the factors of the linear layers are read; everything else stays f32.
    package var precision: ProductPrecision
    /// Decides the dropout masks.
    package var seed: UInt64

    package init(
        optimizer: AdamWConfiguration, wordLearningRate: Double? = nil,
        schedule: LearningRateSchedule,
        objective: Objective = Objective(), dropout: Dropout = Dropout(),
        maxGradientNorm: Float? = 1, frozen: Frozen = Frozen(),
        precision: ProductPrecision = .f32, seed: UInt64 = 0
    ) {
        self.optimizer = optimizer
        self.wordLearningRate = wordLearningRate
        self.schedule = schedule
        self.objective = objective
        self.dropout = dropout
        self.maxGradientNorm = maxGradientNorm
        self.frozen = frozen
        self.precision = precision
        self.seed = seed
    }
}
