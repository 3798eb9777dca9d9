package import AjanCompute
package import AjanEncoder

/// What a model that is being trained consists of: encoder, pooling, an optional Dense layer, and
/// whether its vectors are normalised.
package struct StudentConfiguration: Sendable, Equatable {
    /// The linear layer on the pooled vector, `hiddenSize -> outputSize`.
    package struct Dense: Sendable, Equatable {
        package let outputSize: Int
        package let hasBias: Bool
        /// `.identity` or `.tanh`.
        package let activation: Activation

        package init(outputSize: Int, hasBias: Bool = true, activation: Activation = .identity) {
            self.outputSize = outputSize
            self.hasBias = hasBias
            self.activation = activation
        }
    }

    package let encoder: EncoderConfiguration
    /// `.mean` or `.cls`.
    package let pooling: PoolingConfiguration.Mode
    package let dense: Dense?
    /// Whether the vector is divided by `max(its L2 norm, 1e-12)` before the loss sees it.
    package let normalizes: Bool

    /// - Throws: `TrainingError.unsupported` for a pooling mode or an activation that has no
    ///   backward pass here.
    package init(
        encoder: EncoderConfiguration, pooling: PoolingConfiguration.Mode = .mean,
        dense: Dense? = nil, normalizes: Bool = true
    ) throws(TrainingError) {
        guard pooling == .mean || pooling == .cls else {
            throw .unsupported("pooling \(quoted: pooling.rawValue); use mean or cls")
        }
        if let dense, dense.activation == .gelu {
            throw .unsupported("a Dense layer with GELU; use Identity or Tanh")
        }
        self.encoder = encoder
        self.pooling = pooling
        self.dense = dense
        self.normalizes = normalizes
    }

    /// Length of a sentence vector.
    package var dimensions: Int { dense?.outputSize ?? encoder.hiddenSize }
}

extension ParameterLayout {
    /// Where the parameters of a student lie.
    package init(_ configuration: StudentConfiguration) {
        self.init(
            configuration.encoder,
            dense: configuration.dense.map {
                DenseShape(outputSize: $0.outputSize, hasBias: $0.hasBias)
            })
    }
}
