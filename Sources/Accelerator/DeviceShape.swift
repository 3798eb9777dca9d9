import AjanCAccelerator
package import AjanCompute
package import AjanEncoder

/// What a device computes: an encoder, how its token rows become a vector, and where its parameters
/// lie.
package struct DeviceShape: Sendable {
    let encoder: EncoderConfiguration
    let isCLS: Bool
    let denseIsTanh: Bool
    let normalizes: Bool
    package let layout: ParameterLayout

    /// - Parameters:
    ///   - pooling: mean or cls over all tokens.
    ///   - activation: of the Dense layer, identity or tanh.
    /// - Throws: `AcceleratorError.unsupported` for anything else.
    package init(
        encoder: EncoderConfiguration, pooling: PoolingConfiguration.Mode,
        activation: Activation = .identity, normalizes: Bool, layout: ParameterLayout
    ) throws(AcceleratorError) {
        guard pooling == .mean || pooling == .cls else {
            throw .unsupported("pooling \(quoted: pooling.rawValue), only mean and cls")
        }
        guard layout.dense == nil || activation != .gelu else {
            throw .unsupported("a Dense layer with GELU, only Identity and Tanh")
        }
        self.encoder = encoder
        isCLS = pooling == .cls
        denseIsTanh = activation == .tanh
        self.normalizes = normalizes
        self.layout = layout
    }

    /// Length of a vector.
    package var dimensions: Int { layout.dense?.outputSize ?? encoder.hiddenSize }

    /// Calls `body` with what the library reads.
    func withForm<R>(_ body: (UnsafePointer<ajan_cuda_shape>) -> R) -> R {
        let layers = layout.layers.map { layer in
            ajan_cuda_layer(
                query_key_value: Self.form(layer.queryKeyValue),
                attention_output: Self.form(layer.attentionOutput),
                attention_norm: Self.form(layer.attentionNorm),
                intermediate: Self.form(layer.intermediate), output: Self.form(layer.output),
                output_norm: Self.form(layer.outputNorm))
        }
        return unsafe layers.withUnsafeBufferPointer { layers in
            var form = unsafe ajan_cuda_shape()
            unsafe form.hidden_size = UInt32(encoder.hiddenSize)
            unsafe form.intermediate_size = UInt32(encoder.intermediateSize)
            unsafe form.layer_count = UInt32(layers.count)
            unsafe form.head_count = UInt32(encoder.numAttentionHeads)
            unsafe form.vocabulary_size = UInt32(encoder.vocabularySize)
            unsafe form.position_count = UInt32(encoder.maxPositionEmbeddings)
            unsafe form.type_count = UInt32(encoder.typeVocabularySize)
            unsafe form.norm_epsilon = encoder.layerNormEpsilon
            unsafe form.pooling =
                (isCLS ? AJAN_CUDA_POOL_CLS : AJAN_CUDA_POOL_MEAN).rawValue
            unsafe form.has_dense = layout.dense == nil ? 0 : 1
            unsafe form.dense_activation =
                (denseIsTanh ? AJAN_CUDA_TANH : AJAN_CUDA_IDENTITY).rawValue
            unsafe form.normalizes = normalizes ? 1 : 0
            unsafe form.parameter_count = UInt64(layout.count)
            unsafe form.dense_start = UInt64(layout.denseStart)
            unsafe form.positions = UInt64(layout.positions)
            unsafe form.types = UInt64(layout.types)
            unsafe form.embedding_norm = Self.form(layout.embeddingNorm)
            unsafe form.layers = layers.baseAddress
            if let dense = layout.dense { unsafe form.dense = Self.form(dense) }
            return unsafe body(&form)
        }
    }

    private static func form(_ linear: ParameterLayout.Linear) -> ajan_cuda_linear {
        ajan_cuda_linear(
            weight: UInt64(linear.weight), bias: linear.bias.map { UInt64($0) } ?? .max,
            output_size: UInt32(linear.outputSize), input_size: UInt32(linear.inputSize))
    }

    private static func form(_ norm: ParameterLayout.Norm) -> ajan_cuda_norm {
        ajan_cuda_norm(weight: UInt64(norm.weight), bias: UInt64(norm.bias))
    }
}
