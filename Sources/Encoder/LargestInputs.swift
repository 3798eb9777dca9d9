import AjanCompute
import AjanSafetensors

/// The largest magnitudes that the inputs of one transformer layer take where they come from a
/// LayerNorm: a few channels reach 10 to 30 times the others there, the same ones in every text.
///
/// They show in any tokens, so they are measured on random ones and no text is needed
/// ([what that costs](docs/decisions/0010-int8.md)).
struct LargestInputs {
    /// Of query, key and value, `[hiddenSize]`.
    let queryKeyValue: [Float]
    /// Of the first wide layer, `[hiddenSize]`.
    let intermediate: [Float]
}

extension LargestInputs {
    private static let sequenceCount = 8
    private static let tokensPerSequence = 16

    /// Runs random tokens through the layers in f32, of which one is in memory at a time.
    ///
    /// - Parameter loader: of a folder that holds floating-point layers.
    /// - Returns: one entry for each layer.
    static func measure(
        configuration: EncoderConfiguration, embeddings: EncoderWeights.Embeddings,
        loader: WeightLoader, pool: ComputePool
    ) throws -> [LargestInputs] {
        let batch = randomBatch(configuration)
        let workspace = Workspace()
        let rows = workspace.reserve(tokens: batch.tokenCount, for: configuration)
        embeddings.embed(
            batch, positions: try configuration.positionIDs(of: batch), into: rows, pool: pool)
        return try (0..<configuration.numHiddenLayers).map { index in
            let layer = try EncoderWeights.Layer(
                index: index, configuration: configuration, loader: loader)
            let queryKeyValue = rows.hidden.columnMagnitudes()
            layer.attend(
                to: batch, headCount: configuration.numAttentionHeads, rows: rows, pool: pool)
            let intermediate = rows.hidden.columnMagnitudes()
            layer.feedForward(rows: rows, pool: pool)
            return LargestInputs(queryKeyValue: queryKeyValue, intermediate: intermediate)
        }
    }

    private static func randomBatch(_ configuration: EncoderConfiguration) -> PackedBatch {
        var random = SplitMix64(seed: 1)
        let count = min(tokensPerSequence, configuration.maxTokens)
        return PackedBatch(
            (0..<sequenceCount).map { _ in
                (0..<count).map { _ in Int32(random.below(configuration.vocabularySize)) }
            })
    }
}
