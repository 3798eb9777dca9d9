package import AjanCompute
package import AjanSafetensors

extension ParameterLayout {
    /// A view of one parameter in the flat allocation `values` `[1, count]`: its last dimension is
    /// a row, a vector is one row.
    package func matrix(_ parameter: Parameter, in values: Matrix) -> Matrix {
        let columns = parameter.shape.last ?? 1
        return values.view(
            at: parameter.offset, rows: parameter.count / max(1, columns), columns: columns)
    }

    /// Reads everything but the Dense layer out of the checkpoint of a Hugging Face encoder.
    ///
    /// - Throws: `CheckpointError` for missing tensors, other shapes, integers, NaN and infinity;
    ///   `EncoderError.weights` for a folder of int8 weights.
    package func loadEncoder(from checkpoint: Checkpoint, into values: Matrix) throws {
        guard checkpoint.metadata[PackedWeights.layoutKey] == nil else {
            throw WeightLoader(checkpoint: checkpoint, prefix: "", format: .f32).int8Only
        }
        let prefix = try checkpoint.prefix(of: "embeddings.word_embeddings.weight")
        for parameter in parameters where parameter.part != .dense {
            try load(parameter, from: checkpoint, name: prefix + parameter.name, into: values)
        }
    }

    /// Reads the Dense layer out of the checkpoint of its module.
    ///
    /// - Throws: `CheckpointError`.
    package func loadDense(from checkpoint: Checkpoint, into values: Matrix) throws {
        for parameter in parameters where parameter.part == .dense {
            try load(parameter, from: checkpoint, name: parameter.denseName, into: values)
        }
    }

    private func load(
        _ parameter: Parameter, from checkpoint: Checkpoint, name: String, into values: Matrix
    ) throws {
        let tensor = try checkpoint.tensor(Self.storedName(of: name, in: checkpoint))
        try tensor.require(shape: parameter.shape)
        try tensor.requireFinite()
        matrix(parameter, in: values).copy(from: try tensor.floats())
    }

    /// Old checkpoints call the parts of a LayerNorm gamma and beta.
    private static func storedName(of name: String, in checkpoint: Checkpoint) -> String {
        guard !checkpoint.contains(name), name.contains("LayerNorm") else { return name }
        return name.replacing(".weight", with: ".gamma").replacing(".bias", with: ".beta")
    }
}

extension Parameter {
    /// The name of a tensor of the Dense layer in the file of its module.
    package var denseName: String { String(name.dropFirst("dense.".count)) }
}
