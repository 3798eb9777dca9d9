import AjanCompute
import Foundation

extension Losses {
    /// `mean over i, j of (cos(s_i, s_j) - cos(t_i, t_j))^2`.
    static func relational(
        _ student: Matrix, _ teacher: Matrix, pool: ComputePool
    ) -> LossValue {
        let count = student.rows
        let own = UnitRows(student)
        let similarities = cosines(own.rows, own.rows, pool: pool)
        let targets = UnitRows(teacher).rows
        let wanted = cosines(targets, targets, pool: pool)
        var loss = 0.0
        // The matrix is symmetric, so each unit row gets its gradient from a row and a column.
        let factor = 4 / Float(count * count)
        for row in 0..<count {
            let difference = zip(similarities.row(row), wanted.row(row)).map { $0 - $1 }
            loss += difference.reduce(0) { $0 + Double($1) * Double($1) }
            similarities.setRow(row, to: difference.map { factor * $0 })
        }
        let slope = Matrix(rows: count, columns: student.columns)
        MatrixProduct.multiply(similarities, own.rows, into: slope, pool: pool)
        return LossValue(loss: loss / Double(count * count), gradient: own.pullBack(slope))
    }

    /// Mean cross-entropy of `scale * cos(anchor_i, positive_j)` over `j`, with the right answer
    /// `j = i`; anchors are the even rows, positives the odd ones.
    static func multipleNegatives(
        _ vectors: Matrix, scale: Float, pool: ComputePool
    ) -> LossValue {
        let units = UnitRows(vectors)
        let anchors = everySecondRow(of: units.rows, from: 0)
        let positives = everySecondRow(of: units.rows, from: 1)
        let logits = cosines(anchors, positives, pool: pool)
        var loss = 0.0
        for row in 0..<logits.rows {
            let (own, slope) = crossEntropy(logits.row(row), label: row, scale: scale)
            loss += own
            logits.setRow(row, to: slope.map { $0 / Float(logits.rows) })
        }
        let gradient = Matrix(rows: vectors.rows, columns: vectors.columns)
        MatrixProduct.multiply(
            logits, positives, into: everySecondRow(viewOf: gradient, from: 0), pool: pool)
        MatrixProduct.multiply(
            logits, transposeA: true, anchors, into: everySecondRow(viewOf: gradient, from: 1),
            pool: pool)
        return LossValue(
            loss: loss / Double(logits.rows), gradient: units.pullBack(gradient))
    }

    /// `-log softmax(scale * cosines)[label]` and its gradient with respect to the cosines.
    private static func crossEntropy(
        _ cosines: [Float], label: Int, scale: Float
    ) -> (loss: Double, gradient: [Float]) {
        let logits = cosines.map { Double($0) * Double(scale) }
        let largest = logits.max() ?? 0
        let weights = logits.map { exp($0 - largest) }
        let total = weights.reduce(0, +)
        var gradient = weights.map { Float($0 / total) * scale }
        gradient[label] -= scale
        return (log(total) + largest - logits[label], gradient)
    }

    /// Dot products of every row of `a` with every row of `b`.
    private static func cosines(_ a: Matrix, _ b: Matrix, pool: ComputePool) -> Matrix {
        let result = Matrix(rows: a.rows, columns: b.rows)
        MatrixProduct.multiply(a, b, transposeB: true, into: result, pool: pool)
        return result
    }

    private static func everySecondRow(of matrix: Matrix, from first: Int) -> Matrix {
        let view = everySecondRow(viewOf: matrix, from: first)
        let copy = Matrix(rows: view.rows, columns: view.columns)
        copy.copy(from: view)
        return copy
    }

    private static func everySecondRow(viewOf matrix: Matrix, from first: Int) -> Matrix {
        Matrix(
            region: matrix.region, offset: matrix.offset + first * matrix.rowStride,
            rows: matrix.rows / 2, columns: matrix.columns, rowStride: 2 * matrix.rowStride)
    }
}
