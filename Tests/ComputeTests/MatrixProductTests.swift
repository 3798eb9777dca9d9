import AjanCompute
import Testing

@Suite("General matrix products")
struct MatrixProductTests {
    @Test("every transposition, with and without accumulation, matches double arithmetic")
    func matchesDouble() {
        var random = SplitMix64(seed: 11)
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

    @Test("bf16: the exact products of rounded factors, whatever the transposition")
    func bf16() {
        var random = SplitMix64(seed: 14)
        for (m, k, n) in [(1, 1, 1), (3, 5, 7), (33, 65, 47), (64, 96, 32), (70, 515, 33)] {
            for choice in 0..<8 {
                let (transposeA, transposeB) = (choice & 1 != 0, choice & 2 != 0)
                let a = transposeA ? random.matrix(k, m, padding: 1) : random.matrix(m, k)
                let b = transposeB ? random.matrix(n, k) : random.matrix(k, n, padding: 2)
                let c = random.matrix(m, n, padding: 3)
                let bias = choice & 4 != 0 ? random.matrix(1, n) : nil
                let before = c.values
                MatrixProduct.multiply(
                    a, transposeA: transposeA, b, transposeB: transposeB, into: c,
                    accumulate: bias == nil, bias: bias, precision: .bf16,
                    pool: ComputePool(threads: 2))
                for i in 0..<m {
                    for j in 0..<n {
                        var sum = Double(bias?[0, j] ?? before[i][j])
                        for p in 0..<k {
                            sum +=
                                bf16(transposeA ? a[p, i] : a[i, p])
                                * bf16(transposeB ? b[j, p] : b[p, j])
                        }
                        #expect(abs(Double(c[i, j]) - sum) <= 1e-6 + 2e-7 * Double(k))
                    }
                }
            }
        }
    }

    /// To nearest, ties to even.
    private func bf16(_ value: Float) -> Double {
        let bits = value.bitPattern
        return Double(Float(bitPattern: (bits + 0x7fff + (bits >> 16 & 1)) & 0xffff_0000))
    }

    @Test("bf16: an infinity or a NaN in a factor is not lost")
    func bf16NotFinite() {
        for bad in [Float.infinity, .nan] {
            let a = Matrix(rows: 3, columns: 40)
            let b = Matrix(rows: 40, columns: 5)
            for row in 0..<40 { b.setRow(row, to: [Float](repeating: 1, count: 5)) }
            a[1, 39] = bad
            let c = Matrix(rows: 3, columns: 5)
            MatrixProduct.multiply(a, b, into: c, precision: .bf16)
            #expect(c.row(0) == [0, 0, 0, 0, 0])
            #expect(c.row(1).allSatisfy { !$0.isFinite })
        }
    }

    @Test("the same bits on one thread and on three, overwriting what was there")
    func threadsDoNotMatter() {
        var random = SplitMix64(seed: 12)
        let a = random.matrix(70, 300)
        let b = random.matrix(300, 90)
        let first = random.matrix(70, 90)
        let second = random.matrix(70, 90)
        for precision in ProductPrecision.allCases {
            MatrixProduct.multiply(a, b, into: first, precision: precision)
            MatrixProduct.multiply(
                a, b, into: second, precision: precision, pool: ComputePool(threads: 3))
            #expect(first.bits == second.bits)
        }
    }

    @Test("an empty reduction clears c, or leaves it when accumulating")
    func emptyReduction() {
        var random = SplitMix64(seed: 13)
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
