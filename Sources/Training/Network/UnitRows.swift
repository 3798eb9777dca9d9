import AjanCompute

/// The rows of a matrix divided by `max(their L2 norm, 1e-12)`, and the way back.
struct UnitRows {
    /// `[rows, columns]`, each of norm 1.
    let rows: Matrix
    /// The divisors.
    let norms: [Float]

    init(_ matrix: Matrix) {
        rows = Matrix(rows: matrix.rows, columns: matrix.columns)
        var norms: [Float] = []
        for row in 0..<matrix.rows {
            let values = matrix.row(row)
            let norm = max(VectorMath.dot(values, values).squareRoot(), 1e-12)
            rows.setRow(row, to: values.map { $0 / norm })
            norms.append(norm)
        }
        self.norms = norms
    }

    /// The gradient of the rows before division, given that of the unit rows:
    /// `(g - u (u . g)) / norm`.
    func pullBack(_ gradient: Matrix) -> Matrix {
        let result = Matrix(rows: rows.rows, columns: rows.columns)
        for row in 0..<rows.rows {
            let unit = rows.row(row)
            let slope = gradient.row(row)
            let along = VectorMath.dot(unit, slope)
            result.setRow(
                row, to: zip(unit, slope).map { ($1 - $0 * along) / norms[row] })
        }
        return result
    }
}
