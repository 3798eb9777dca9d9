package import AjanAccelerator
import AjanEncoder

extension Trainer {
    /// Bytes that training needs at most, the student's parameters included: gradients, moments
    /// (the word table's as if every row occurred) and the activations of a batch of `batchTokens`
    /// tokens.
    package static func memoryByteCount(
        _ configuration: StudentConfiguration, batchTokens: Int
    ) -> Int {
        let layout = ParameterLayout(configuration)
        let dense = layout.count - layout.denseStart
        let activations = ActivationArena.floatCount(
            tokens: batchTokens, for: configuration.encoder)
        let wordGradients =
            min(batchTokens, configuration.encoder.vocabularySize)
            * configuration.encoder.hiddenSize
        let floats = 3 * layout.count + dense + wordGradients + activations
        return floats * MemoryLayout<Float>.stride
    }

    /// Bytes that training needs at most on a device, with batches of `batchTokens` tokens.
    ///
    /// - Throws: `AcceleratorError.unsupported` for a student that the device cannot compute.
    package static func deviceByteCount(
        _ library: AcceleratorLibrary, _ student: StudentConfiguration,
        _ configuration: TrainerConfiguration, batchTokens: Int
    ) throws -> Int {
        let layout = ParameterLayout(student)
        // Every text has a begin and an end token.
        return try DeviceModel.byteCount(
            library, shape: try DeviceShape(student, layout: layout),
            options: DeviceOptions(configuration, layout: layout), tokens: batchTokens,
            sequences: max(1, batchTokens / 2))
    }
}
