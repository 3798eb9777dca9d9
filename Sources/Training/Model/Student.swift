package import AjanCompute
package import AjanEncoder
package import AjanSafetensors

/// A model that is being trained: its configuration and all parameters in one f32 allocation.
///
/// While a `Trainer` works on a student, rows of the word table may lag behind;
/// `Trainer.synchronize` brings them up to date before parameters are read here.
package final class Student: Sendable {
    package let configuration: StudentConfiguration
    package let layout: ParameterLayout
    /// All parameters, `[1, layout.count]`.
    package let values: Matrix

    /// A student whose parameters are all zero.
    package init(zeroed configuration: StudentConfiguration) {
        self.configuration = configuration
        layout = ParameterLayout(configuration)
        values = Matrix(rows: 1, columns: layout.count)
    }

    /// Reads the encoder out of `checkpoint` and the Dense layer out of `dense`.
    ///
    /// - Parameters:
    ///   - dense: the checkpoint of the Dense module; nil initialises a Dense layer as
    ///     `torch.nn.Linear` does, uniform in ±1/√inputSize, from `seed`.
    /// - Throws: `CheckpointError` for missing tensors, other shapes, integers, NaN and infinity.
    package convenience init(
        configuration: StudentConfiguration, checkpoint: Checkpoint, dense: Checkpoint? = nil,
        seed: UInt64 = 0
    ) throws {
        self.init(zeroed: configuration)
        try layout.loadEncoder(from: checkpoint, into: values)
        if let dense {
            try layout.loadDense(from: dense, into: values)
        } else {
            for parameter in layout.parameters where parameter.part == .dense {
                initialize(parameter, seed: seed)
            }
        }
    }

    /// A view of one parameter: its last dimension is a row, a vector is one row.
    package func matrix(_ parameter: Parameter) -> Matrix {
        layout.matrix(parameter, in: values)
    }

    /// The encoder's tensors under the names of Hugging Face, for `model.safetensors`.
    package func encoderTensors(as format: NumberFormat = .f32) -> [SafetensorsWriter.Tensor] {
        layout.parameters.filter { $0.part != .dense }.map { parameter in
            SafetensorsWriter.Tensor(
                parameter.name, matrix(parameter), shape: parameter.shape, as: format)
        }
    }

    /// The tensors of the Dense module (`linear.weight`, `linear.bias`); empty without one.
    package func denseTensors(as format: NumberFormat = .f32) -> [SafetensorsWriter.Tensor] {
        layout.parameters.filter { $0.part == .dense }.map { parameter in
            SafetensorsWriter.Tensor(
                parameter.denseName, matrix(parameter), shape: parameter.shape, as: format)
        }
    }

    private func initialize(_ parameter: Parameter, seed: UInt64) {
        let bound = 1 / Float(configuration.encoder.hiddenSize).squareRoot()
        var random = SplitMix64(seed: seed ^ UInt64(parameter.offset))
        let target = matrix(parameter)
        for row in 0..<target.rows {
            target.setRow(row, to: (0..<target.columns).map { _ in bound * random.uniform() })
        }
    }
}
