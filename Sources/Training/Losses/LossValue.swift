package import AjanCompute

/// A loss and its gradient with respect to the student's vectors, `[sequences, dimensions]`.
package struct LossValue {
    package var loss: Double
    package let gradient: Matrix

    /// No loss, zero gradient.
    init(zeroLike vectors: Matrix) {
        loss = 0
        gradient = Matrix(rows: vectors.rows, columns: vectors.columns)
    }

    init(loss: Double, gradient: Matrix) {
        self.loss = loss
        self.gradient = gradient
    }

    /// Adds `weight` times `other`, whose gradient covers the first columns of this one.
    mutating func add(_ other: LossValue, weight: Float) {
        loss += Double(weight) * other.loss
        let columns = other.gradient.columns
        for row in 0..<gradient.rows {
            var sum = gradient.row(row)
            let addend = other.gradient.row(row)
            for column in 0..<columns { sum[column] += weight * addend[column] }
            gradient.setRow(row, to: sum)
        }
    }
}
