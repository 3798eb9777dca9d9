package import AjanCompute
package import AjanSafetensors

extension TransformerEncoder {
    /// Opens the weights of a Hugging Face encoder.
    ///
    /// The embedding tables stay in the mapped file; linear layers are packed once, layer by layer
    /// over the threads of `pool`. For `.int8` floating-point layers are quantised, after a short
    /// run in f32 that shows how large their inputs grow.
    ///
    /// - Throws: `CheckpointError` for the file, `EncoderError.weights` when a tensor is missing,
    ///   has another shape than `configuration` says, or holds a number that is not finite.
    package init(
        configuration: EncoderConfiguration, checkpoint: Checkpoint, format: WeightFormat,
        pool: ComputePool
    ) throws {
        let loader = WeightLoader(
            checkpoint: checkpoint,
            prefix: try checkpoint.prefix(of: "embeddings.word_embeddings.weight"),
            format: format)
        let embeddings = try EncoderWeights.Embeddings(
            configuration: configuration, loader: loader)
        var largestInputs: [LargestInputs]?
        if format == .int8 && !loader.holdsInt8Layers {
            let loader = WeightLoader(
                checkpoint: checkpoint, prefix: loader.prefix, format: .f32)
            largestInputs = try LargestInputs.measure(
                configuration: configuration, embeddings: embeddings, loader: loader, pool: pool)
        }
        let layers = try pool.map(count: configuration.numHiddenLayers) { [largestInputs] index in
            try EncoderWeights.Layer(
                index: index, configuration: configuration, loader: loader,
                largestInputs: largestInputs?[index])
        }
        self.init(
            configuration: configuration,
            weights: EncoderWeights(embeddings: embeddings, layers: layers))
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
    init(
        index: Int, configuration: EncoderConfiguration, loader: WeightLoader,
        largestInputs: LargestInputs? = nil
    ) throws {
        let names = LayerNames(index: index)
        let size = configuration.hiddenSize
        let wide = configuration.intermediateSize
        let epsilon = configuration.layerNormEpsilon
        self.init(
            queryKeyValue: try loader.linear(
                names.queryKeyValue, inputSize: size, outputSize: size,
                largestInputs: largestInputs?.queryKeyValue),
            attentionOutput: try loader.linear(
                [names.attentionOutput], inputSize: size, outputSize: size),
            attentionNorm: try loader.layerNorm(
                names.attentionNorm, size: size, epsilon: epsilon),
            intermediate: try loader.linear(
                [names.intermediate], inputSize: size, outputSize: wide,
                largestInputs: largestInputs?.intermediate),
            output: try loader.linear([names.output], inputSize: wide, outputSize: size),
            outputNorm: try loader.layerNorm(names.outputNorm, size: size, epsilon: epsilon))
    }
}

/// The names of the parts of a layer, as Hugging Face writes them.
struct LayerNames {
    let queryKeyValue: [String]
    let attentionOutput: String
    let attentionNorm: String
    let intermediate: String
    let output: String
    let outputNorm: String

    init(index: Int) {
        let layer = "encoder.layer.\(index)."
        queryKeyValue = ["query", "key", "value"].map { layer + "attention.self." + $0 }
        attentionOutput = layer + "attention.output.dense"
        attentionNorm = layer + "attention.output.LayerNorm"
        intermediate = layer + "intermediate.dense"
        output = layer + "output.dense"
        outputNorm = layer + "output.LayerNorm"
    }
}
