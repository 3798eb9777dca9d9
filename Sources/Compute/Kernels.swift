import AjanCKernels
import Foundation

/// Which variant of the kernels runs.
package struct KernelSelection: Sendable, Equatable {
    /// The instruction set in use ("avx512vnni", "avx2", "scalar", ...).
    package let name: String
    /// Variants that this processor and operating system can run, slowest first.
    package let supported: [String]
    /// What `CK_FORCE_ISA` asked for, if it was set.
    package let forced: String?

    /// The choice of this process, made once. Set `CK_FORCE_ISA` to one of `supported` before the
    /// process starts to choose another.
    package static let current: KernelSelection = {
        let supported = (0..<ck_variant_count()).compactMap { index -> String? in
            var isSupported: Int32 = 0
            let variant = unsafe ck_variant(index, &isSupported)
            guard isSupported != 0, let variant = unsafe variant else { return nil }
            return unsafe String(cString: variant.pointee.name)
        }
        let name = unsafe String(cString: Kernels.table.name)
        let forced = ProcessInfo.processInfo.environment["CK_FORCE_ISA"]
        return KernelSelection(name: name, supported: supported, forced: forced)
    }()

    /// One phrase for people: the variant and why it was taken.
    package var explanation: String {
        guard let forced else {
            return "\(name) (fastest of: \(supported.joined(separator: ", ")))"
        }
        guard forced != name else { return "\(name) (CK_FORCE_ISA)" }
        return "\(name) (CK_FORCE_ISA=\(forced) is not supported here)"
    }
}

/// The kernels in use, and a thread's scratch memory for them.
enum Kernels {
    /// The table of function pointers.
    // SAFETY: a constant copy of a constant table.
    nonisolated(unsafe) static let table: ck_kernels = unsafe ck_active().pointee

    /// Scratch of the calling thread, valid until its next call of this function.
    static func scratch(byteCount: Int) -> UnsafeMutableRawPointer {
        guard let base = unsafe ck_thread_scratch(byteCount) else {
            preconditionFailure("out of memory: no \(byteCount) bytes of kernel scratch")
        }
        return unsafe base
    }
}
