import Compute
import Testing

@Suite("General matrix products")
struct MatrixProductTests {
    @Test("every transposition, with and without accumulation, matches double arithmetic")
    func matchesDouble() {
        var random = Random(seed: 11)
        let shapes = [
            (1, 1, 1), (3, 5, 7), (15, 17, 33), (33, 65, 127), (20, 1025, 17), (2, 9, 1030),
        ]
        for (m, k, n) in shapes {
            for transposeA in [false, true] {
                for transposeB in [false, true] {
                    let a = transposeA ? random.matrix(k, m, padding: 1) : random.matrix(m, k)
                    let b = transposeB ? random.matrix(n, k) : random.matrix(k, n, padding: 2)
                    let c = random.matrix(m, n, padding: 3)
                    let before = c.values
                    var expected: [Double] = []
                    for i in 0..<m {
                        for j in 0..<n {
                            var sum = Double(before[i][j])
                            for p in 0..<k {
                                sum +=
                                    Double(transposeA ? a[p, i] : a[i, p])
                                    * Double(transposeB ? b[j, p] : b[p, j])
                            }
                            expected.append(sum)
                        }
                    }
                    MatrixProduct.multiply(
                        a, transposeA: transposeA, b, transposeB: transposeB, into: c,
                        accumulate: true, pool: ComputePool(threads: 2))
                    let (largest, _) = difference(c.values.flatMap(\.self), expected)
                    // Chains of 128 terms err little; their sums have sqrt(k) roundings.
                    #expect(largest <= 1e-6 + 4.8e-7 * Double(k).squareRoot())
                }
            }
        }
    }

    @Test("the same bits on one thread and on three, overwriting what was there")
    func threadsDoNotMatter() {
        var random = Random(seed: 12)
        let a = random.matrix(70, 300)
        let b = random.matrix(300, 90)
        let first = random.matrix(70, 90)
        let second = random.matrix(70, 90)
        MatrixProduct.multiply(a, b, into: first)
        MatrixProduct.multiply(a, b, into: second, pool: ComputePool(threads: 3))
        #expect(first.bits == second.bits)
    }

    @Test("an empty reduction clears c, or leaves it when accumulating")
    func emptyReduction() {
        var random = Random(seed: 13)
        let c = random.matrix(3, 4)
        let before = c.bits
        let a = Matrix(rows: 3, columns: 0)
        let b = Matrix(rows: 0, columns: 4)
        MatrixProduct.multiply(a, b, into: c, accumulate: true)
        #expect(c.bits == before)
        MatrixProduct.multiply(a, b, into: c)
        #expect(c.values.allSatisfy { $0.allSatisfy { $0 == 0 } })
    }
}
