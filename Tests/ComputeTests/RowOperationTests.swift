import AjanCompute
import Foundation
import Testing

private let lengths = [1, 2, 3, 5, 7, 8, 15, 16, 17, 31, 33, 63, 65, 127, 384, 1023]

@Suite("Row operations")
struct RowOperationTests {
    @Test("LayerNorm, with and without a residual and in place, matches double arithmetic")
    func layerNorm() {
        var random = SplitMix64(seed: 31)
        for n in lengths {
            let x = random.matrix(5, n, padding: 3, scale: 4)
            let residual = random.matrix(5, n)
            let norm = LayerNorm(
                weight: random.vector(n), bias: random.vector(n), epsilon: 1e-5)
            for useResidual in [false, true] {
                var expected: [Double] = []
                for r in 0..<5 {
                    let row = (0..<n).map {
                        Double(x[r, $0]) + (useResidual ? Double(residual[r, $0]) : 0)
                    }
                    let mean = row.reduce(0, +) / Double(n)
                    let variance = row.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(n)
                    let inverse = 1 / (variance + 1e-5).squareRoot()
                    expected += (0..<n).map {
                        (row[$0] - mean) * inverse * Double(norm.weight[$0]) + Double(norm.bias[$0])
                    }
                }
                let y = random.matrix(5, n, padding: 1)
                norm.apply(to: x, adding: useResidual ? residual : nil, into: y)
                let (largest, _) = difference(y.values.flatMap(\.self), expected)
                #expect(largest <= (n == 1 ? 1e-6 : 2e-5), "n = \(n)")
                let inPlace = Matrix(rows: 5, columns: n)
                for r in 0..<5 { inPlace.setRow(r, to: x.row(r)) }
                norm.apply(
                    to: inPlace, adding: useResidual ? residual : nil, into: inPlace,
                    pool: ComputePool(threads: 2))
                #expect(inPlace.bits == y.bits)
            }
        }
    }

    @Test("input embeddings are word + position + type rows")
    func embeddingSum() {
        var random = SplitMix64(seed: 32)
        let words = random.matrix(11, 37)
        let positions = random.matrix(6, 37)
        let types = random.matrix(2, 37)
        let output = Matrix(rows: 4, columns: 37)
        EmbeddingSum.apply(
            words: StoredMatrix(words), wordIDs: [10, 0, 3, 3],
            positions: StoredMatrix(positions), positionIDs: [0, 1, 2, 5],
            types: StoredMatrix(types), into: output, pool: ComputePool(threads: 2))
        for (token, (word, position)) in [(10, 0), (0, 1), (3, 2), (3, 5)].enumerated() {
            for column in 0..<37 {
                let expected = words[word, column] + positions[position, column]
                #expect(output[token, column] == expected + types[0, column])
            }
        }
    }

    @Test("an int8 table decodes to value times the scale of its row, at any byte offset")
    func int8Table() {
        let region = MemoryRegion(byteCount: 64)
        unsafe region.withMutableBytes { bytes in
            for index in 0..<64 { unsafe bytes[index] = UInt8(truncatingIfNeeded: index - 30) }
        }
        let table = StoredMatrix(
            region: region, byteOffset: 3, rows: 2, columns: 29, format: .int8(scales: [0.5, 2]))
        let expected = (0..<29).map { (index: Int) -> Float in Float(index + 32 - 30) * 2 }
        #expect(table.row(1) == expected)
    }

    @Test("pooling follows its definitions; no tokens give zeros")
    func pooling() {
        var random = SplitMix64(seed: 33)
        for n in lengths {
            let rows = random.matrix(7, n, padding: 2)
            let mean = Pooling.mean(of: rows)
            let sqrtLength = Pooling.meanSqrtLength(of: rows)
            let weighted = Pooling.weightedMean(of: rows)
            let largest = Pooling.max(of: rows)
            for column in 0..<n {
                let values = (0..<7).map { Double(rows[$0, column]) }
                let sum = values.reduce(0, +)
                let weightedSum = values.enumerated().reduce(0.0) { $0 + Double($1.0 + 1) * $1.1 }
                #expect(abs(Double(mean[column]) - sum / 7) <= 1e-6)
                #expect(abs(Double(sqrtLength[column]) - sum / 7.0.squareRoot()) <= 2e-6)
                #expect(abs(Double(weighted[column]) - weightedSum / 28) <= 1e-6)
                #expect(Double(largest[column]) == values.max())
            }
            let none = rows.rows(0..<0)
            for pool in [Pooling.mean, Pooling.meanSqrtLength, Pooling.weightedMean, Pooling.max] {
                #expect(pool(none) == [Float](repeating: 0, count: n))
            }
        }
    }
}
