package import Compute
package import Safetensors

extension TransformerEncoder {
    /// Opens the weights of a Hugging Face encoder.
    ///
    /// The embedding tables stay in the mapped file; linear layers are packed (and quantised for
    /// `.int8`) once, layer by layer over the threads of `pool`.
    ///
    /// - Throws: `CheckpointError` for the file, `EncoderError.weights` when a tensor is missing, has
    ///   another shape than `configuration` says, or holds a number that is not finite.
    package init(
        configuration: EncoderConfiguration, checkpoint: Checkpoint, format: WeightFormat,
        pool: ComputePool
    ) throws {
        let loader = WeightLoader(
            checkpoint: checkpoint,
            prefix: try checkpoint.prefix(of: "embeddings.word_embeddings.weight"),
            format: format)
        let layers = try pool.map(count: configuration.numHiddenLayers) { index in
            try EncoderWeights.Layer(index: index, configuration: configuration, loader: loader)
        }
        self.init(
            configuration: configuration,
            weights: EncoderWeights(
                embeddings: try EncoderWeights.Embeddings(
                    configuration: configuration, loader: loader),
                layers: layers))
    }
}

extension EncoderWeights.Embeddings {
    fileprivate init(configuration: EncoderConfiguration, loader: WeightLoader) throws {
        let size = configuration.hiddenSize
        self.init(
            words: try loader.table(
                "embeddings.word_embeddings.weight", rows: configuration.vocabularySize,
                columns: size),
            positions: try loader.table(
                "embeddings.position_embeddings.weight",
                rows: configuration.maxPositionEmbeddings, columns: size),
            types: try loader.table(
                "embeddings.token_type_embeddings.weight", rows: configuration.typeVocabularySize,
                columns: size),
            norm: try loader.layerNorm(
                "embeddings.LayerNorm", size: size, epsilon: configuration.layerNormEpsilon))
    }
}

extension EncoderWeights.Layer {
    fileprivate init(
        index: Int, configuration: EncoderConfiguration, loader: WeightLoader
    ) throws {
        let layer = "encoder.layer.\(index)."
        let size = configuration.hiddenSize
        let wide = configuration.intermediateSize
        let epsilon = configuration.layerNormEpsilon
        self.init(
            queryKeyValue: try loader.linear(
                ["query", "key", "value"].map { layer + "attention.self." + $0 },
                inputSize: size, outputSize: size),
            attentionOutput: try loader.linear(
                [layer + "attention.output.dense"], inputSize: size, outputSize: size),
            attentionNorm: try loader.layerNorm(
                layer + "attention.output.LayerNorm", size: size, epsilon: epsilon),
            intermediate: try loader.linear(
                [layer + "intermediate.dense"], inputSize: size, outputSize: wide),
            output: try loader.linear([layer + "output.dense"], inputSize: wide, outputSize: size),
            outputNorm: try loader.layerNorm(
                layer + "output.LayerNorm", size: size, epsilon: epsilon))
    }
}
