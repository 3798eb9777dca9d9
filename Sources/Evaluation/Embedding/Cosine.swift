import AjanCompute
import AjanEmbed

/// Cosine similarities of embeddings.
enum Cosine {
    /// A matrix `[texts, dimensions]` whose rows have length 1 (a zero vector stays zero).
    static func unitRows(_ embeddings: [SentenceEmbedding]) -> Matrix {
        let matrix = Matrix(rows: embeddings.count, columns: embeddings.first?.vector.count ?? 0)
        for (row, embedding) in embeddings.enumerated() {
            matrix.setRow(row, to: unit(embedding.vector))
        }
        return matrix
    }

    /// `[left rows, right rows]`: the cosine of each row of `left` with each row of `right`.
    static func table(_ left: Matrix, _ right: Matrix) -> Matrix {
        let table = Matrix(rows: left.rows, columns: right.rows)
        MatrixProduct.multiply(left, right, transposeB: true, into: table)
        return table
    }

    /// The cosine of two vectors, in double precision; 0 when one of them is zero.
    static func similarity(_ a: [Float], _ b: [Float]) -> Double {
        var (dot, aa, bb) = (0.0, 0.0, 0.0)
        for index in a.indices {
            let (x, y) = (Double(a[index]), Double(b[index]))
            dot += x * y
            aa += x * x
            bb += y * y
        }
        return aa > 0 && bb > 0 ? dot / (aa * bb).squareRoot() : 0
    }

    private static func unit(_ vector: [Float]) -> [Float] {
        let squares = vector.reduce(0.0) { $0 + Double($1) * Double($1) }
        guard squares > 0 else { return vector }
        let scale = 1 / squares.squareRoot()
        return vector.map { Float(Double($0) * scale) }
    }
}
