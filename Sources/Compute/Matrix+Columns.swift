extension Matrix {
    /// Multiplies each column by its factor, `[columns]`.
    func multiplyColumns(by factors: [Float]) {
        precondition(factors.count == columns && region.isWritable)
        for row in 0..<rows {
            let values = unsafe pointer + row * rowStride
            for column in factors.indices { unsafe values[column] *= factors[column] }
        }
    }

    /// The largest magnitude in each column, `[columns]`; NaN does not count.
    package func columnMagnitudes() -> [Float] {
        var largest = [Float](repeating: 0, count: columns)
        for row in 0..<rows {
            let values = unsafe UnsafeBufferPointer(
                start: pointer + row * rowStride, count: columns)
            for column in largest.indices {
                let magnitude = unsafe abs(values[column])
                if magnitude > largest[column] { largest[column] = magnitude }
            }
        }
        return largest
    }
}
