/// Settings of AdamW; the defaults are those of `torch.optim.AdamW` except for the rate, which a
/// recipe always states.
package struct AdamWConfiguration: Sendable, Equatable, Codable {
    /// Learning rate at its highest; the schedule multiplies it.
    package var learningRate: Double
    package var beta1: Double
    package var beta2: Double
    package var epsilon: Double
    /// Decoupled: each step multiplies decayed parameters by `1 - rate * weightDecay`. Biases and
    /// LayerNorm parameters do not decay.
    package var weightDecay: Double

    package init(
        learningRate: Double, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8,
        weightDecay: Double = 0.01
    ) {
        self.learningRate = learningRate
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
        self.weightDecay = weightDecay
    }
}
