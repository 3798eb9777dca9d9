import AjanCKernels

/// Multi-head softmax attention over a packed batch.
package enum SelfAttention {
    /// Attention of every token to the tokens of its own sequence.
    ///
    /// Sequences never see each other and nothing is padded. Work is split by sequence, head and
    /// block of queries; keys are read in blocks with a running maximum, so memory does not grow
    /// with the length. Bits depend on neither batch nor pool.
    /// - Parameters:
    ///   - qkv: `[tokens, 3 * hiddenSize]`: queries, keys and values side by side, heads side by
    ///     side inside each.
    ///   - cumulativeSequenceLengths: `[0, n1, n1 + n2, ...]`, ending with the token count.
    ///   - headCount: heads; the head size is `hiddenSize / headCount` and the scores are scaled by
    ///     `1 / sqrt(headSize)`.
    ///   - isRounded: whether the kernel may round its factors: to bf16 on AMX, to 16-bit integers
    ///     on AVX2; others never do.
    ///   - output: `[tokens, hiddenSize]`, other memory than `qkv`.
    package static func apply(
        qkv: Matrix, cumulativeSequenceLengths: [Int], headCount: Int, isRounded: Bool = false,
        into output: Matrix, pool: ComputePool? = nil
    ) {
        let hidden = output.columns
        precondition(qkv.columns == 3 * hidden && qkv.rows == output.rows)
        precondition(headCount > 0 && hidden % headCount == 0 && output.region.isWritable)
        let pieces = cut(cumulativeSequenceLengths, tokens: qkv.rows, headCount: headCount)
        let headSize = hidden / headCount
        Parallel.forEach(count: pieces.count, grain: 1, pool: pool) { range in
            let scratch = unsafe Kernels.scratch(byteCount: ck_attention_scratch(headSize))
            for piece in pieces[range] {
                let start =
                    unsafe qkv.pointer + piece.start * qkv.rowStride
                    + piece.head * headSize
                var arguments = unsafe ck_attention_args(
                    q: start, k: start + hidden, v: start + 2 * hidden, ld: qkv.rowStride,
                    out: output.pointer + piece.start * output.rowStride + piece.head * headSize,
                    ldo: output.rowStride, tokens: piece.tokens, head_size: headSize,
                    scale: 1 / Float(headSize).squareRoot())
                let first = piece.queries.lowerBound
                let last = piece.queries.upperBound
                if isRounded {
                    unsafe Kernels.table.attention_rounded(&arguments, first, last, scratch)
                } else {
                    unsafe Kernels.table.attention_f32(&arguments, first, last, scratch)
                }
            }
        }
    }

    /// One piece of work: some queries of one head of one sequence.
    private struct Piece: Sendable {
        let start: Int
        let tokens: Int
        let head: Int
        let queries: Range<Int>
    }

    /// Queries of one piece: enough to pay for packing the keys, few enough to share long
    /// sequences.
    private static let queryBlock = 512

    private static func cut(_ lengths: [Int], tokens: Int, headCount: Int) -> [Piece] {
        precondition(lengths.first == 0 && lengths.last == tokens, "cumulative lengths are wrong")
        var pieces: [Piece] = []
        for (start, end) in zip(lengths, lengths.dropFirst()) {
            precondition(start <= end, "cumulative lengths must not fall")
            for head in 0..<headCount {
                for first in stride(from: 0, to: end - start, by: queryBlock) {
                    let queries = first..<min(first + queryBlock, end - start)
                    pieces.append(
                        Piece(start: start, tokens: end - start, head: head, queries: queries))
                }
            }
        }
        return pieces
    }
}
