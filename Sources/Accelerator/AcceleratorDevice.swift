import AjanCAccelerator
import Foundation

/// One device that can compute.
package struct AcceleratorDevice: Sendable {
    package let library: AcceleratorLibrary
    /// Number of the device in the library's count.
    package let index: Int
    package let name: String
    /// Compute capability: 80, 89, 90, ...
    package let architecture: Int
    package let multiprocessors: Int
    package let memoryByteCount: Int
    /// Bytes that were free when the device was looked at.
    package let freeByteCount: Int
    /// As CUDA counts: 12040 is 12.4.
    package let driverVersion: Int
    package let runtimeVersion: Int
    /// Whether the kernels run on the processor, for tests.
    package let isEmulated: Bool

    /// Looks at device number `index`.
    ///
    /// - Throws: `AcceleratorError`.
    package init(_ library: AcceleratorLibrary, index: Int = 0) throws(AcceleratorError) {
        let count = try Self.count(library)
        guard count > 0 else { throw .noDevice("the driver lists none") }
        guard index >= 0, index < count else { throw .deviceNumber(index, count: count) }
        var form = ajan_cuda_device()
        try library.check(
            unsafe library.api.pointee.describe_device(UInt32(index), &form))
        self.library = library
        self.index = index
        name = unsafe withUnsafeBytes(of: form.name) { bytes in
            unsafe AcceleratorLibrary.line(Array(bytes.bindMemory(to: CChar.self)))
        }
        architecture = Int(form.architecture)
        multiprocessors = Int(form.multiprocessors)
        memoryByteCount = Int(clamping: form.total_bytes)
        freeByteCount = Int(clamping: form.free_bytes)
        driverVersion = Int(form.driver_version)
        runtimeVersion = Int(form.runtime_version)
        isEmulated = form.is_emulated != 0
    }

    /// Devices that `library` sees.
    package static func count(_ library: AcceleratorLibrary) throws(AcceleratorError) -> Int {
        var count: UInt32 = 0
        try library.check(unsafe library.api.pointee.device_count(&count))
        return Int(count)
    }

    /// Name, architecture and memory, in one line.
    package var summary: String {
        let memory = String(format: "%.1f GiB", Double(memoryByteCount) / 1_073_741_824)
        let kind = isEmulated ? "emulated on the processor" : "sm_\(architecture)"
        return "\(name) (\(kind), \(memory), driver \(Self.version(driverVersion)), "
            + "CUDA \(Self.version(runtimeVersion)))"
    }

    private static func version(_ number: Int) -> String {
        "\(number / 1_000).\(number % 1_000 / 10)"
    }

    /// The products per second that large square products reach, the best of `rounds`.
    package func measuredPeak(isBF16: Bool, rounds: Int = 20) throws(AcceleratorError) -> Double {
        var flops = 0.0
        let precision = isBF16 ? AJAN_CUDA_BF16 : AJAN_CUDA_F32
        try library.check(
            unsafe library.api.pointee.measure_peak(
                UInt32(index), UInt32(precision.rawValue), UInt32(rounds), &flops))
        return flops
    }
}
