package import AjanCompute

/// The weights of an encoder, in the order in which a text meets them.
package struct EncoderWeights: Sendable {
    /// Word, position and type rows, and the LayerNorm over their sum.
    package struct Embeddings: Sendable {
        /// `[vocabularySize, hiddenSize]`; a view of the mapped file, never copied.
        package var words: EmbeddingTable
        /// `[maxPositionEmbeddings, hiddenSize]`.
        package var positions: EmbeddingTable
        /// `[typeVocabularySize, hiddenSize]`; every text here is of type 0.
        package var types: EmbeddingTable
        package var norm: LayerNorm
    }

    /// One transformer layer.
    package struct Layer: Sendable {
        /// Query, key and value as one product, `hiddenSize -> 3 hiddenSize`.
        package var queryKeyValue: LinearWeights
        package var attentionOutput: LinearWeights
        package var attentionNorm: LayerNorm
        /// `hiddenSize -> intermediateSize`, followed by GELU.
        package var intermediate: LinearWeights
        package var output: LinearWeights
        package var outputNorm: LayerNorm
    }

    package var embeddings: Embeddings
    package var layers: [Layer]
}

/// How the numbers of the linear layers are held while the encoder runs.
package enum WeightFormat: String, Sendable, CaseIterable {
    /// Weights in int8 with one scale per output channel, activations in int8 with one scale per
    /// token.
    case int8
    /// The reference.
    case f32
}
