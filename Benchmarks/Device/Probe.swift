import AjanAccelerator
import AjanCAccelerator
import AjanCKernels
import CUDAEmulation

/// A table of kernels.
// SAFETY: constant function pointers; what they are called with is marked where it is done.
@safe struct Kernels {
    let table: ck_training_kernels
}

/// The kernels of a device, one by one.
struct Probe {
    let device: AcceleratorDevice
    let isEmulated: Bool

    /// The table for f32 or bf16 rows; nil when the library has none.
    func table(isBF16: Bool) -> Kernels? {
        let precision = (isBF16 ? AJAN_CUDA_BF16 : AJAN_CUDA_F32).rawValue
        let number = UInt32(device.index)
        if isEmulated {
            guard let table = unsafe ajan_cuda_emulated_probe(number, precision) else { return nil }
            return unsafe Kernels(table: table.pointee)
        }
        guard let table = unsafe caccelerator_probe(device.library.path, number, precision) else {
            return nil
        }
        return unsafe Kernels(
            table: table.assumingMemoryBound(to: ck_training_kernels.self).pointee)
    }
}
