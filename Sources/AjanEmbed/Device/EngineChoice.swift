import AjanAccelerator
import AjanCompute
import AjanEncoder
import AjanSafetensors

/// What computes the windows of an encoder, and what to say about it.
struct EngineChoice {
    let engine: any WindowEncoder
    let explanation: String
    let arithmetic: String
    let kernels: String

    /// - Throws: errors of the weights; with `.cuda` those of the device.
    init(
        _ folder: ModelFolder, _ checkpoint: Checkpoint, _ options: SentenceEncoder.Options,
        device choice: DeviceChoice, pool: ComputePool
    ) throws {
        var explanation = choice.explanation
        if let device = choice.device {
            let precision = DeviceChoice.devicePrecision(options.precision)
            do {
                let encoder = try DeviceEncoder(
                    folder: folder, checkpoint: checkpoint, precision: precision, device: device)
                engine = encoder
                self.explanation = explanation
                arithmetic = choice.arithmetic(options.precision)
                kernels = device.isEmulated ? "emulated" : "sm_\(device.architecture)"
                return
            } catch  where options.device == .auto {
                explanation = "the processor, because \(error)"
            }
        }
        engine = try ProcessorEncoder(
            folder: folder, checkpoint: checkpoint,
            format: options.precision == .int8 ? .int8 : .f32, pool: pool)
        self.explanation = explanation
        arithmetic = options.precision.rawValue
        kernels = KernelSelection.current.name
    }
}
