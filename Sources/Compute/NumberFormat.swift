import AjanCKernels

/// How the numbers of a stored tensor are written.
package enum NumberFormat: Sendable, Equatable {
    case f32
    case f16
    case bf16
    /// Signed bytes in -127...127 times a scale that is stored apart.
    case int8

    /// Bytes of one number.
    package var byteCount: Int {
        switch self {
        case .f32: 4
        case .f16, .bf16: 2
        case .int8: 1
        }
    }

    var code: Int32 {
        switch self {
        case .f32: Int32(CK_F32)
        case .f16: Int32(CK_F16)
        case .bf16: Int32(CK_BF16)
        case .int8: Int32(CK_I8)
        }
    }
}
