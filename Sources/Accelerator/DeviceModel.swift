import AjanCAccelerator
package import AjanCompute
import AjanEncoder

/// A model on a device: its parameters, moments and activations live there.
///
/// A model is used by one thread at a time. After an error it is lost: every later call throws that
/// error again.
// SAFETY: the handle never changes, and callers take turns, as stated above.
@safe package final class DeviceModel: @unchecked Sendable {
    package let shape: DeviceShape
    package let options: DeviceOptions
    package let device: AcceleratorDevice
    private let handle: OpaquePointer
    private var failure: AcceleratorError?
    /// `accumulate` calls of the step.
    var lossCount = 0

    private var library: AcceleratorLibrary { device.library }
    var api: ajan_cuda_api { unsafe library.api.pointee }

    /// Numbers that lie on the device, `[1, n]` each.
    package enum Numbers: Sendable {
        /// `layout.count` numbers each.
        case parameters, firstMoments, secondMoments
        /// `layout.count - layout.denseStart` numbers.
        case denseGradients
        /// The gradients of the word table: one row for each word of the step, side by side.
        case wordGradients

        fileprivate var form: UInt32 {
            switch self {
            case .parameters: AJAN_CUDA_PARAMETERS.rawValue
            case .firstMoments: AJAN_CUDA_FIRST_MOMENTS.rawValue
            case .secondMoments: AJAN_CUDA_SECOND_MOMENTS.rawValue
            case .denseGradients: AJAN_CUDA_DENSE_GRADIENTS.rawValue
            case .wordGradients: AJAN_CUDA_WORD_GRADIENTS.rawValue
            }
        }
    }

    /// What a model uses of its device.
    package struct Usage: Sendable, Equatable {
        package let usedByteCount: Int
        package let peakByteCount: Int
        /// Kernels and products started so far.
        package let launches: Int
    }

    /// Copies `parameters` `[1, layout.count]` to the device.
    ///
    /// - Throws: `AcceleratorError`.
    package init(
        _ device: AcceleratorDevice, shape: DeviceShape, options: DeviceOptions,
        parameters: Matrix
    ) throws(AcceleratorError) {
        precondition(parameters.rows == 1 && parameters.columns == shape.layout.count)
        var handle: OpaquePointer?
        let api = unsafe device.library.api.pointee
        let status = unsafe shape.withForm { shape in
            unsafe options.withForm { options in
                unsafe parameters.withNumbers { numbers in
                    unsafe api.make_model(UInt32(device.index), shape, options, numbers, &handle)
                }
            }
        }
        try device.library.check(status)
        guard let handle = unsafe handle else { throw .failed("it gave no model") }
        unsafe self.handle = handle
        self.device = device
        self.shape = shape
        self.options = options
    }

    deinit { unsafe api.close_model(handle) }

    /// Bytes on the device for a model and batches of at most `tokens` tokens and `sequences`
    /// sequences.
    ///
    /// - Throws: `AcceleratorError.unsupported` for a shape that the library does not know.
    package static func byteCount(
        _ library: AcceleratorLibrary, shape: DeviceShape, options: DeviceOptions, tokens: Int,
        sequences: Int
    ) throws(AcceleratorError) -> Int {
        let count = unsafe shape.withForm { shape in
            unsafe options.withForm { options in
                unsafe library.api.pointee.bytes_needed(
                    shape, options, UInt64(tokens), UInt64(sequences))
            }
        }
        guard count > 0 else { throw .unsupported(library.lastError) }
        return Int(clamping: count)
    }

    package var usage: Usage {
        get throws(AcceleratorError) {
            var form = ajan_cuda_usage()
            try unsafe call { api, handle in unsafe api.usage(handle, &form) }
            return Usage(
                usedByteCount: Int(clamping: form.used_bytes),
                peakByteCount: Int(clamping: form.peak_bytes), launches: Int(form.launches))
        }
    }

    // MARK: Numbers

    /// Reads `values.columns` numbers from number `first` on.
    package func read(
        _ numbers: Numbers, from first: Int = 0, into values: Matrix
    ) throws(AcceleratorError) {
        try unsafe call { api, handle in
            unsafe values.withMutableNumbers { target in
                unsafe api.read(
                    handle, numbers.form, UInt64(first), UInt64(values.rows * values.columns),
                    target)
            }
        }
    }

    /// Writes the numbers of `values` from number `first` on.
    package func write(
        _ numbers: Numbers, from first: Int = 0, _ values: Matrix
    ) throws(AcceleratorError) {
        try unsafe call { api, handle in
            unsafe values.withNumbers { source in
                unsafe api.write(
                    handle, numbers.form, UInt64(first), UInt64(values.rows * values.columns),
                    source)
            }
        }
    }

    // MARK: Vectors

    /// The slots in which batches can be on their way.
    package static let slots = 2

    /// Starts the vectors of `batch`, without dropout, and returns.
    package func beginVectors(of batch: DeviceBatch, slot: Int) throws(AcceleratorError) {
        try unsafe call { api, handle in
            unsafe batch.withForm { unsafe api.begin_vectors(handle, $0, UInt32(slot)) }
        }
    }

    /// Waits for the vectors `[sequences, dimensions]` of the batch in `slot`.
    package func endVectors(slot: Int, sequences: Int) throws(AcceleratorError) -> Matrix {
        let vectors = Matrix(rows: sequences, columns: shape.dimensions)
        try unsafe call { api, handle in
            unsafe vectors.withMutableNumbers {
                unsafe api.end_vectors(handle, UInt32(slot), $0)
            }
        }
        return vectors
    }

    /// Makes a call of the library, unless an earlier one has failed.
    func call(
        _ body: (ajan_cuda_api, OpaquePointer) -> Int32
    ) throws(AcceleratorError) {
        if let failure { throw failure }
        do {
            try library.check(unsafe body(api, handle))
        } catch {
            failure = error
            throw error
        }
    }
}

extension Matrix {
    /// Calls `body` with the address of the numbers, which lie side by side.
    func withNumbers<R>(_ body: (UnsafePointer<Float>) -> R) -> R {
        precondition(isDense, "numbers for a device lie side by side")
        return unsafe region.withBytes { bytes in
            let start = unsafe bytes.baseAddress.unsafelyUnwrapped
            return unsafe body(start.assumingMemoryBound(to: Float.self) + offset)
        }
    }

    func withMutableNumbers<R>(_ body: (UnsafeMutablePointer<Float>) -> R) -> R {
        precondition(isDense, "numbers for a device lie side by side")
        return unsafe region.withMutableBytes { bytes in
            let start = unsafe bytes.baseAddress.unsafelyUnwrapped
            return unsafe body(start.assumingMemoryBound(to: Float.self) + offset)
        }
    }
}
