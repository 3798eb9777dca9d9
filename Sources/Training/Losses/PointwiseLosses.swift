import AjanCompute

/// The losses, each with its gradient; `n` sequences, `d` dimensions.
enum Losses {
    /// `sum (s - t)^2 / (n d)`; gradient `2 (s - t) / (n d)`.
    static func meanSquaredError(_ student: Matrix, _ teacher: Matrix) -> LossValue {
        var value = LossValue(zeroLike: student)
        let factor = 2 / Float(student.rows * student.columns)
        for row in 0..<student.rows {
            let difference = zip(student.row(row), teacher.row(row)).map { $0 - $1 }
            value.loss += difference.reduce(0) { $0 + Double($1) * Double($1) }
            value.gradient.setRow(row, to: difference.map { factor * $0 })
        }
        value.loss /= Double(student.rows * student.columns)
        return value
    }

    /// `mean (1 - cos(s, t))`; gradient of one row `-(t/|t| - cos s/|s|) / (n |s|)`.
    static func cosine(_ student: Matrix, _ teacher: Matrix) -> LossValue {
        let own = UnitRows(student)
        let other = UnitRows(teacher)
        let slope = Matrix(rows: student.rows, columns: student.columns)
        var loss = 0.0
        let factor = -1 / Float(student.rows)
        for row in 0..<student.rows {
            let target = other.rows.row(row)
            loss += 1 - Double(VectorMath.dot(own.rows.row(row), target))
            slope.setRow(row, to: target.map { factor * $0 })
        }
        return LossValue(
            loss: loss / Double(student.rows), gradient: own.pullBack(slope))
    }
}
