import AjanCKernels

/// Where the parts of packed linear weights lie, in bytes from their beginning.
///
/// The weights come first, then, each rounded up to 64 bytes: for int8 the scales (f32) and the
/// correction sums (i32), for both precisions the bias (f32). Output channels are rounded up to
/// whole panels. The layout is little-endian and the same on every instruction set.
struct PackedLayout: Sendable, Equatable {
    let scalesOffset: Int
    let sumsOffset: Int
    let biasOffset: Int
    let byteCount: Int

    /// The name that files carry; a change of the layout changes the version at its end.
    static func name(_ precision: LinearWeights.Precision) -> String {
        switch precision {
        case .float32: "panel16-f32-v1"
        case .int8: "panel16x4-i8-v1"
        }
    }

    init(outputSize: Int, inputSize: Int, precision: LinearWeights.Precision) {
        let channels = outputSize.roundedUp(to: Int(CK_PANEL))
        let vectorByteCount = channels * 4
        switch precision {
        case .float32:
            let weights = channels * inputSize * 4
            scalesOffset = weights
            sumsOffset = weights
            biasOffset = weights
        case .int8:
            let weights = channels * inputSize.roundedUp(to: 4)
            scalesOffset = weights
            sumsOffset = weights + vectorByteCount
            biasOffset = weights + 2 * vectorByteCount
        }
        byteCount = biasOffset + vectorByteCount
    }
}
