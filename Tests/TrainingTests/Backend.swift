import AjanAccelerator
import AjanCAccelerator
import AjanCompute
import AjanTraining
import CUDAEmulation
import Testing

/// What a training test runs on: the processor, or the kernels of the CUDA backend, which the
/// emulation executes on the processor.
enum Backend: String, CaseIterable, CustomTestStringConvertible {
    case processor
    case deviceF32 = "device-f32"
    case deviceBF16 = "device-bf16"

    /// Those that compute in f32.
    static let exact: [Backend] = [.processor, .deviceF32]

    var testDescription: String { rawValue }

    private var precision: ProductPrecision { self == .deviceBF16 ? .bf16 : .f32 }

    /// The emulated device; nil for the processor.
    func device() throws -> AcceleratorDevice? {
        guard self != .processor else { return nil }
        guard let table = unsafe ajan_cuda_emulated_api() else { return nil }
        return try unsafe AcceleratorDevice(AcceleratorLibrary(table: table))
    }

    /// A trainer on this backend.
    func trainer(
        _ student: Student, _ configuration: TrainerConfiguration, threads: Int = 1
    ) throws -> Trainer {
        var configuration = configuration
        configuration.precision = precision
        return try Trainer(
            student: student, configuration: configuration,
            pool: ComputePool(threads: threads), device: device())
    }

    /// `f32` is the bound of f32 arithmetic, wherever it runs.
    func bound(f32: Double, bf16: Double) -> Double { self == .deviceBF16 ? bf16 : f32 }
}
