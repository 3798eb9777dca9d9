import AjanCompute

extension SplitMix64 {
    mutating func vector(_ count: Int, scale: Float = 1) -> [Float] {
        (0..<count).map { _ in uniform() * scale }
    }

    /// A matrix whose rows lie `padding` floats further apart than they must.
    mutating func matrix(_ rows: Int, _ columns: Int, padding: Int = 0, scale: Float = 1) -> Matrix
    {
        let region = MemoryRegion(byteCount: (rows * (columns + padding) + padding) * 4)
        let result = Matrix(
            region: region, offset: padding, rows: rows, columns: columns,
            rowStride: columns + padding)
        for row in 0..<rows { result.setRow(row, to: vector(columns, scale: scale)) }
        return result
    }
}

extension Matrix {
    /// All rows, copied.
    var values: [[Float]] { (0..<rows).map { row($0) } }

    /// The bit patterns of all elements: equal when two results are equal bit by bit.
    var bits: [UInt32] { values.flatMap { $0.map(\.bitPattern) } }
}

/// Largest |a - b| and the normalised mean square error of `a` against the exact `b`.
func difference(_ a: [Float], _ b: [Double]) -> (largest: Double, nmse: Double) {
    var largest = 0.0
    var error = 0.0
    var power = 0.0
    for (x, y) in zip(a, b) {
        largest = max(largest, abs(Double(x) - y))
        error += (Double(x) - y) * (Double(x) - y)
        power += y * y
    }
    return (largest, power == 0 ? error : error / power)
}
