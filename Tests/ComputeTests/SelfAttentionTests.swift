import AjanCompute
import Foundation
import Testing

@Suite("Self-attention")
struct SelfAttentionTests {
    /// Attention of one sequence in double arithmetic.
    private func exact(_ qkv: Matrix, headCount: Int) -> [Double] {
        let hidden = qkv.columns / 3
        let size = hidden / headCount
        var result = [Double](repeating: 0, count: qkv.rows * hidden)
        for head in 0..<headCount {
            for t in 0..<qkv.rows {
                let scores = (0..<qkv.rows).map { s in
                    (0..<size).reduce(0.0) {
                        $0 + Double(qkv[t, head * size + $1])
                            * Double(qkv[s, hidden + head * size + $1])
                    } / Double(size).squareRoot()
                }
                let largest = scores.max() ?? 0
                let weights = scores.map { exp($0 - largest) }
                let total = weights.reduce(0, +)
                for d in 0..<size {
                    let sum = (0..<qkv.rows).reduce(0.0) {
                        $0 + weights[$1] * Double(qkv[$1, 2 * hidden + head * size + d])
                    }
                    result[t * hidden + head * size + d] = sum / total
                }
            }
        }
        return result
    }

    @Test("matches double arithmetic at awkward lengths and head sizes", arguments: [false, true])
    func matchesDouble(isRounded: Bool) {
        var random = SplitMix64(seed: 21)
        let cases = [
            (1, 1, 4), (2, 3, 8), (3, 2, 5), (5, 1, 64), (15, 2, 32), (16, 2, 16), (17, 1, 33),
            (33, 2, 32), (127, 1, 64), (513, 1, 32), (1023, 1, 16),
        ]
        for (tokens, heads, size) in cases {
            // Large scores make the softmax sharp and the running maximum move.
            let qkv = random.matrix(tokens, 3 * heads * size, padding: 4, scale: 3)
            let output = Matrix(rows: tokens, columns: heads * size)
            SelfAttention.apply(
                qkv: qkv, cumulativeSequenceLengths: [0, tokens], headCount: heads,
                isRounded: isRounded, into: output)
            let (largest, nmse) = difference(
                output.values.flatMap(\.self), exact(qkv, headCount: heads))
            #expect(largest <= (isRounded ? 6e-2 : 2e-5), "\(tokens) tokens, head size \(size)")
            #expect(nmse <= (isRounded ? 1e-4 : 1e-10), "\(tokens) tokens, head size \(size)")
        }
    }

    @Test(
        "a sequence gives the same bits alone, in a batch, and on three threads",
        arguments: [false, true])
    func batchAndThreadsDoNotMatter(isRounded: Bool) {
        var random = SplitMix64(seed: 22)
        let lengths = [0, 1, 18, 18, 50, 700]
        let qkv = random.matrix(700, 3 * 24)
        let whole = Matrix(rows: 700, columns: 24)
        SelfAttention.apply(
            qkv: qkv, cumulativeSequenceLengths: lengths, headCount: 3, isRounded: isRounded,
            into: whole)
        let parallel = Matrix(rows: 700, columns: 24)
        SelfAttention.apply(
            qkv: qkv, cumulativeSequenceLengths: lengths, headCount: 3, isRounded: isRounded,
            into: parallel, pool: ComputePool(threads: 3))
        #expect(parallel.bits == whole.bits)
        for (start, end) in zip(lengths, lengths.dropFirst()) {
            let alone = Matrix(rows: end - start, columns: 24)
            SelfAttention.apply(
                qkv: qkv.rows(start..<end), cumulativeSequenceLengths: [0, end - start],
                headCount: 3, isRounded: isRounded, into: alone)
            #expect(alone.bits == whole.rows(start..<end).bits)
        }
    }

    @Test("scores beyond the range of exp neither overflow nor give NaN", arguments: [3, 65])
    func extremeScores(tokens: Int) {
        let qkv = Matrix(rows: tokens, columns: 12)
        for row in 0..<tokens {
            qkv.setRow(
                row,
                to: [Float](repeating: row == 0 ? 100 : -100, count: 8) + [1, 2, 3, Float(row)])
        }
        for isRounded in [false, true] {
            let output = Matrix(rows: tokens, columns: 4)
            SelfAttention.apply(
                qkv: qkv, cumulativeSequenceLengths: [0, tokens], headCount: 1,
                isRounded: isRounded, into: output)
            #expect(FiniteCheck.firstNonFinite(in: output) == nil)
            #expect(output[0, 3] == 0 && output[1, 3] == Float(tokens) / 2)
        }
    }
}
