import AjanCKernels

/// Multi-head softmax attention over a packed batch with dropout on the probabilities, and its
/// backward pass, which computes the probabilities again instead of keeping them.
///
/// Work is cut by sequence and head; a sequence of `n` tokens needs scratch for `64 n` scores.
package struct AttentionTraining: Sendable {
    private let lengths: [Int]
    private let headCount: Int
    private let dropout: Dropout
    private let firstSequence: Int

    /// - Parameters:
    ///   - cumulativeSequenceLengths: `[0, n1, n1 + n2, ...]`, ending with the token count.
    ///   - headCount: heads; scores are scaled by `1 / sqrt(hiddenSize / headCount)`.
    ///   - firstSequence: number of the first sequence in the step, for dropout.
    package init(
        cumulativeSequenceLengths: [Int], headCount: Int, dropout: Dropout, firstSequence: Int
    ) {
        precondition(cumulativeSequenceLengths.first == 0 && headCount > 0)
        lengths = cumulativeSequenceLengths
        self.headCount = headCount
        self.dropout = dropout
        self.firstSequence = firstSequence
    }

    /// Writes the attention of `qkv` `[tokens, 3 hiddenSize]` (queries, keys and values side by
    /// side) into `output` `[tokens, hiddenSize]`.
    package func forward(qkv: Matrix, into output: Matrix, pool: ComputePool? = nil) {
        precondition(output.region.isWritable)
        unsafe forEachHead(qkv: qkv, output: output, gradient: nil, pool: pool) {
            arguments, scratch in
            unsafe TrainingKernels.table.attention_forward_f32(arguments, scratch)
        }
    }

    /// Writes the gradient of `qkv` into `gradient`, given that of the output.
    package func backward(
        qkv: Matrix, outputGradient: Matrix, into gradient: Matrix, pool: ComputePool? = nil
    ) {
        precondition(gradient.rows == qkv.rows && gradient.columns == qkv.columns)
        precondition(gradient.rowStride == qkv.rowStride && gradient.region.isWritable)
        unsafe forEachHead(qkv: qkv, output: outputGradient, gradient: gradient, pool: pool) {
            arguments, scratch in
            unsafe TrainingKernels.table.attention_backward_f32(arguments, scratch)
        }
    }

    private func forEachHead(
        qkv: Matrix, output: Matrix, gradient: Matrix?, pool: ComputePool?,
        _ kernel:
            @Sendable (UnsafePointer<ck_attention_training_args>, UnsafeMutableRawPointer) -> Void
    ) {
        precondition(qkv.columns == 3 * output.columns && qkv.rows == output.rows)
        precondition(lengths.last == qkv.rows && output.columns % headCount == 0)
        let count = (lengths.count - 1) * headCount
        Parallel.forEach(count: count, grain: 1, pool: pool) { pieces in
            for piece in pieces {
                let sequence = piece / headCount
                let rows = lengths[sequence]..<lengths[sequence + 1]
                guard !rows.isEmpty else { continue }
                var number = UInt32(truncatingIfNeeded: firstSequence + sequence)
                unsafe withUnsafePointer(to: &number) { number in
                    var arguments = unsafe self.arguments(
                        head: piece % headCount, rows: rows, qkv: qkv, output: output,
                        gradient: gradient, number: number)
                    let scratch = unsafe Kernels.scratch(
                        byteCount: ck_attention_training_scratch(
                            rows.count, arguments.head_size))
                    unsafe kernel(&arguments, scratch)
                }
            }
        }
    }

    /// What the kernel reads for one head of the sequence that owns `rows`.
    private func arguments(
        head: Int, rows: Range<Int>, qkv: Matrix, output: Matrix, gradient: Matrix?,
        number: UnsafePointer<UInt32>
    ) -> ck_attention_training_args {
        let hidden = output.columns
        let size = hidden / headCount
        let start = rows.lowerBound * qkv.rowStride + head * size
        let query = unsafe qkv.pointer + start
        let own = unsafe gradient.map { unsafe $0.pointer + start }
        var form = unsafe dropout.head(head).withKernelForm(.empty) { unsafe $0 }
        unsafe form.sequences = number
        return unsafe ck_attention_training_args(
            q: query, k: query + hidden, v: query + 2 * hidden, ld: qkv.rowStride,
            out: output.pointer + rows.lowerBound * output.rowStride + head * size,
            ldo: output.rowStride, dq: own, dk: own.map { unsafe $0 + hidden },
            dv: own.map { unsafe $0 + 2 * hidden }, tokens: rows.count, head_size: size,
            scale: 1 / Float(size).squareRoot(), dropout: form)
    }
}
