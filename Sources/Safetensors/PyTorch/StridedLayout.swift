import AjanCompute

/// How the numbers of a tensor lie in a storage: number (i, j, …) is at offset + i·s₀ + j·s₁ + ….
struct StridedLayout {
    private let shape: [Int]
    private let strides: [Int]
    private let offset: Int
    /// One more than the place of the last number in the storage; 0 for a tensor without numbers.
    let reach: Int

    /// Nil when a place does not fit an `Int`.
    init?(_ tensor: PickleTensor) {
        shape = tensor.shape
        strides = tensor.strides
        offset = tensor.offset
        guard !shape.contains(0) else {
            reach = 0
            return
        }
        var last = offset
        for (size, stride) in zip(shape, strides) {
            let (step, overflow) = (size - 1).multipliedReportingOverflow(by: stride)
            let (sum, overflowed) = last.addingReportingOverflow(step)
            guard !overflow, !overflowed else { return nil }
            last = sum
        }
        guard last < Int.max else { return nil }
        reach = last + 1
    }

    /// Whether the numbers lie one after the other in row-major order. The stride of a dimension of
    /// size 1 is never used, and PyTorch writes any number there.
    var isRowMajor: Bool {
        var expected = 1
        for (size, stride) in zip(shape, strides).reversed() where size > 1 {
            guard stride == expected else { return false }
            expected *= size
        }
        return true
    }

    /// Copies the numbers in row-major order to `region`.
    ///
    /// - Parameter storage: holds at least `reach` numbers of `elementByteCount` bytes.
    func gather(
        from storage: UnsafeRawBufferPointer, into region: MemoryRegion, elementByteCount size: Int
    ) {
        guard !shape.contains(0) else { return }
        let columns = shape.last ?? 1
        let step = strides.last ?? 1
        let outer = Array(shape.dropLast())
        var index = [Int](repeating: 0, count: outer.count)
        unsafe region.withMutableBytes { target in
            var written = 0
            while written < target.count {
                var place = zip(index, strides).reduce(offset) { $0 + $1.0 * $1.1 }
                for _ in 0..<columns {
                    let number = unsafe UnsafeRawBufferPointer(
                        rebasing: storage[place * size..<(place + 1) * size])
                    unsafe UnsafeMutableRawBufferPointer(rebasing: target[written..<written + size])
                        .copyMemory(from: number)
                    written += size
                    place &+= step  // past the last number, where it is not used
                }
                Self.advance(&index, within: outer)
            }
        }
    }

    /// The next index in row-major order.
    private static func advance(_ index: inout [Int], within shape: [Int]) {
        for axis in index.indices.reversed() {
            index[axis] += 1
            if index[axis] < shape[axis] { return }
            index[axis] = 0
        }
    }
}
