extension LinearWeights {
    /// What is wrong with the numbers beside packed int8 weights that came from a file, or nil.
    ///
    /// The weights themselves may be any bytes: sums of products of bytes stay in range whatever
    /// they are, so a damaged byte is a wrong number and nothing worse.
    package var damage: String? {
        let channels = 0..<outputSize
        if precision == .int8 {
            let scales = unsafe floats(layout.scalesOffset)
            if let bad = channels.first(where: { unsafe !(scales[$0].isFinite && scales[$0] >= 0) })
            {
                return "the scale of output channel \(bad) is \(unsafe scales[bad])"
            }
        }
        let factors = inputFactors ?? []
        if let bad = factors.firstIndex(where: { !($0.isNormal && $0 > 0) }) {
            return "the factor of input \(bad) is \(factors[bad])"
        }
        let bias = unsafe floats(layout.biasOffset)
        if let bad = channels.first(where: { unsafe !bias[$0].isFinite }) {
            return "the bias of output channel \(bad) is not finite"
        }
        return nil
    }

    /// Looks into packed weights that came from a file: where they lie if that suits the kernels,
    /// else in a copy.
    ///
    /// - Parameter region: exactly `packedByteCount(...)` bytes.
    package init(
        packed region: MemoryRegion, outputSize: Int, inputSize: Int, precision: Precision,
        inputFactors: [Float]? = nil
    ) {
        let isAligned = unsafe Int(bitPattern: region.base) % MemoryRegion.alignment == 0
        self.init(
            packed: isAligned ? region : region.copy(), byteOffset: 0, outputSize: outputSize,
            inputSize: inputSize, precision: precision, inputFactors: inputFactors)
    }
}

extension MemoryRegion {
    /// The same bytes in memory of its own, aligned.
    fileprivate func copy() -> MemoryRegion {
        let copy = MemoryRegion(byteCount: byteCount)
        unsafe copy.base.copyMemory(from: base, byteCount: byteCount)
        return copy
    }
}
