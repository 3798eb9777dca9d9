package import AjanCompute

/// The modules after the transformer: pooling, dense layers, normalisation, in the folder's order.
/// Source: `sentence-transformers`, `Pooling`, `Dense` and `Normalize`.
package struct SentenceHead: Sendable {
    /// A linear layer on the sentence vector, with its activation.
    package struct Dense: Sendable {
        package let weights: LinearWeights
        package let activation: Activation

        package init(weights: LinearWeights, activation: Activation) {
            self.weights = weights
            self.activation = activation
        }
    }

    package let pooling: PoolingConfiguration
    package let dense: [Dense]
    /// Whether the folder ends in a Normalize module.
    package let normalizes: Bool
    /// Length of the pooled vector.
    package let pooledSize: Int

    /// Length of a sentence vector.
    package var dimensions: Int { dense.last?.weights.outputSize ?? pooledSize }

    package init(
        pooling: PoolingConfiguration, dense: [Dense], normalizes: Bool, hiddenSize: Int
    ) {
        self.pooling = pooling
        self.dense = dense
        self.normalizes = normalizes
        pooledSize = hiddenSize * pooling.modes.count
    }

    /// The vector of one sequence before normalisation.
    ///
    /// - Parameter rows: hidden states of the sequence, `[tokens, hiddenSize]`.
    package func vector(of rows: Matrix, promptTokens: Int) -> [Float] {
        var vector = pooling.pool(rows, promptTokens: promptTokens)
        for layer in dense {
            let input = Matrix(rows: 1, columns: vector.count)
            input.setRow(0, to: vector)
            let output = Matrix(rows: 1, columns: layer.weights.outputSize)
            layer.weights.apply(to: input, into: output, activation: layer.activation)
            vector = output.row(0)
        }
        return vector
    }
}
