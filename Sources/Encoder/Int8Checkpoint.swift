package import AjanCompute
package import AjanSafetensors
package import Foundation

/// Writes the weights of an encoder as an int8 folder holds them.
package enum Int8Checkpoint {
    /// How the word embeddings are written.
    package enum Embeddings: Sendable {
        /// As the source has them.
        case stored
        /// Signed bytes times one f32 scale per row: a quarter of f32.
        case int8
    }

    /// Writes the encoder that `checkpoint` holds to `file`.
    ///
    /// Linear layers are quantised exactly as they are when a model is opened with `.int8`, and
    /// written in their packed form. Position and type tables and LayerNorms stay as they are, in
    /// f32.
    ///
    /// - Throws: as `TransformerEncoder.init`, `EncoderError.weights` for a folder that is int8
    ///   already; `AtomicFileError`.
    package static func write(
        configuration: EncoderConfiguration, checkpoint: Checkpoint, embeddings: Embeddings,
        to file: URL, pool: ComputePool
    ) throws {
        guard checkpoint.metadata[PackedWeights.layoutKey] == nil else {
            throw EncoderError.weights(
                file: checkpoint.fileURLs[0].lastPathComponent,
                problem: "its layers are quantised already")
        }
        let encoder = try TransformerEncoder(
            configuration: configuration, checkpoint: checkpoint, format: .int8, pool: pool)
        var tensors = try tables(encoder.weights.embeddings, embeddings: embeddings)
        for (index, layer) in encoder.weights.layers.enumerated() {
            tensors += Self.tensors(of: layer, names: LayerNames(index: index))
        }
        try SafetensorsWriter.write(
            tensors,
            metadata: [
                "format": "ajan-int8",
                PackedWeights.layoutKey: PackedWeights.layout,
                PackedWeights.parametersKey: String(checkpoint.parameterCount),
            ],
            to: file)
    }

    private static func tables(
        _ tables: EncoderWeights.Embeddings, embeddings: Embeddings
    ) throws -> [SafetensorsWriter.Tensor] {
        let words = "embeddings.word_embeddings.weight"
        let wordTensors =
            switch embeddings {
            case .int8: try int8(words, tables.words)
            case .stored: [stored(words, tables.words)]
            }
        return wordTensors + [
            stored("embeddings.position_embeddings.weight", tables.positions),
            stored("embeddings.token_type_embeddings.weight", tables.types),
        ] + norm("embeddings.LayerNorm", tables.norm)
    }

    private static func tensors(
        of layer: EncoderWeights.Layer, names: LayerNames
    ) -> [SafetensorsWriter.Tensor] {
        PackedWeights.tensors(names.queryKeyValue, layer.queryKeyValue)
            + PackedWeights.tensors([names.attentionOutput], layer.attentionOutput)
            + PackedWeights.tensors([names.intermediate], layer.intermediate)
            + PackedWeights.tensors([names.output], layer.output)
            + norm(names.attentionNorm, layer.attentionNorm)
            + norm(names.outputNorm, layer.outputNorm)
    }

    private static func norm(_ name: String, _ norm: LayerNorm) -> [SafetensorsWriter.Tensor] {
        [
            SafetensorsWriter.Tensor(name + ".weight", norm.weight),
            SafetensorsWriter.Tensor(name + ".bias", norm.bias),
        ]
    }

    /// The table as it lies in the source, in its own number format.
    private static func stored(_ name: String, _ table: EmbeddingTable) -> SafetensorsWriter.Tensor
    {
        let type: TensorType =
            switch table.format {
            case .f32: .f32
            case .f16: .f16
            case .bf16: .bf16
            case .int8: .i8
            }
        return SafetensorsWriter.Tensor(
            info: TensorInfo(name: name, type: type, shape: [table.rows, table.columns]),
            region: table.region)
    }

    /// Rows in signed bytes, and their scales.
    private static func int8(
        _ name: String, _ table: EmbeddingTable
    ) throws -> [SafetensorsWriter.Tensor] {
        let values = MemoryRegion(byteCount: table.rows * table.columns)
        var scales: [Float] = []
        scales.reserveCapacity(table.rows)
        for row in 0..<table.rows {
            let quantized = QuantizedVectors.quantize(table.row(row))
            guard quantized.scale.isFinite else {
                throw EncoderError.weights(
                    file: "model", problem: "row \(row) of \(name) is not finite")
            }
            unsafe values.withMutableBytes { target in
                unsafe quantized.values.withUnsafeBytes { source in
                    unsafe UnsafeMutableRawBufferPointer(
                        rebasing: target[row * table.columns..<(row + 1) * table.columns]
                    ).copyMemory(from: source)
                }
            }
            scales.append(quantized.scale)
        }
        return [
            SafetensorsWriter.Tensor(
                info: TensorInfo(name: name, type: .i8, shape: [table.rows, table.columns]),
                region: values),
            SafetensorsWriter.Tensor(name + WeightLoader.scaleSuffix, scales),
        ]
    }
}
