package import AjanCompute

/// The encoder of XLM-RoBERTa and BERT on packed batches: token ids in, hidden states out.
///
/// Each layer is self-attention and a feed-forward block, each followed by `LayerNorm(x + y)`
/// (post-norm). Source: `transformers`, `modeling_xlm_roberta.py` and `modeling_bert.py`.
///
/// Every linear layer sees `[tokens, hiddenSize]` of the whole batch; attention looks at one
/// sequence at a time. Work is cut by rows, heads or sequences only, so the hidden states of a
/// sequence do not depend, bit for bit, on the rest of the batch or on the number of threads.
package struct TransformerEncoder: Sendable {
    package let configuration: EncoderConfiguration
    package let weights: EncoderWeights

    package init(configuration: EncoderConfiguration, weights: EncoderWeights) {
        precondition(weights.layers.count == configuration.numHiddenLayers)
        self.configuration = configuration
        self.weights = weights
    }

    /// Computes the hidden states of the last layer.
    ///
    /// - Parameters:
    ///   - batch: token ids with their special tokens.
    ///   - workspace: memory for the activations; grown when the batch needs more.
    ///   - pool: cuts every operation over its threads; nil computes on the calling thread.
    /// - Returns: `[tokens, hiddenSize]`, a view into `workspace`, valid until its next use.
    /// - Throws: `EncoderError.tokenID` and `.sequenceTooLong`.
    package func hiddenStates(
        of batch: PackedBatch, in workspace: Workspace, pool: ComputePool? = nil
    ) throws(EncoderError) -> Matrix {
        let positions = try configuration.positionIDs(of: batch)
        let rows = workspace.reserve(tokens: batch.tokenCount, for: configuration)
        weights.embeddings.embed(batch, positions: positions, into: rows, pool: pool)
        for layer in weights.layers {
            layer.attend(
                to: batch, headCount: configuration.numAttentionHeads, rows: rows, pool: pool)
            layer.feedForward(rows: rows, pool: pool)
        }
        return rows.hidden
    }
}
