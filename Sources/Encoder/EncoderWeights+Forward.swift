import AjanCompute

extension EncoderWeights.Embeddings {
    /// `hidden = LayerNorm(word + position + type)`.
    func embed(
        _ batch: PackedBatch, positions: [Int32], into rows: Workspace.Rows, pool: ComputePool?
    ) {
        EmbeddingSum.apply(
            words: words, wordIDs: batch.inputIDs, positions: self.positions,
            positionIDs: positions, types: types, into: rows.hidden, pool: pool)
        norm.apply(to: rows.hidden, into: rows.hidden, pool: pool)
    }
}

extension EncoderWeights.Layer {
    /// `hidden = LayerNorm(hidden + W_o attention(W_qkv hidden))`.
    func attend(
        to batch: PackedBatch, headCount: Int, rows: Workspace.Rows, pool: ComputePool?
    ) {
        queryKeyValue.apply(to: rows.hidden, into: rows.queryKeyValue, pool: pool)
        SelfAttention.apply(
            qkv: rows.queryKeyValue, cumulativeSequenceLengths: batch.cumulativeSequenceLengths,
            headCount: headCount, isRounded: queryKeyValue.precision == .int8,
            into: rows.context, pool: pool)
        attentionOutput.apply(
            to: rows.context, into: rows.hidden, residual: rows.hidden, pool: pool)
        attentionNorm.apply(to: rows.hidden, into: rows.hidden, pool: pool)
    }

    /// `hidden = LayerNorm(hidden + W_2 gelu(W_1 hidden))`.
    func feedForward(rows: Workspace.Rows, pool: ComputePool?) {
        intermediate.apply(
            to: rows.hidden, into: rows.intermediate, activation: .gelu, pool: pool)
        output.apply(
            to: rows.intermediate, into: rows.hidden, residual: rows.hidden, pool: pool)
        outputNorm.apply(to: rows.hidden, into: rows.hidden, pool: pool)
    }
}
