import AjanCompute
import AjanEncoder

/// One transformer layer, forward and back. T tokens, H hidden, F intermediate.
struct EncoderLayer {
    let index: Int
    let parameters: NetworkParameters.Layer
    let kept: ActivationArena.Layer
    let rows: ActivationArena.Rows
    let headCount: Int
    let epsilon: Float
    let pool: ComputePool

    /// Replaces `rows.hidden` by the output of the layer, given `input`, which may be
    /// `rows.hidden`.
    func forward(_ input: Matrix, pass: ForwardPass) {
        // attended = LayerNorm(input + dropout(W_o attention(W_qkv input)))
        parameters.queryKeyValue.forward(input, into: kept.queryKeyValue, pool: pool)
        attention(pass).forward(qkv: kept.queryKeyValue, into: kept.context, pool: pool)
        parameters.attentionOutput.forward(kept.context, into: rows.block, pool: pool)
        NormTraining.forward(
            rows.block, residual: input, parameters: parameters.attentionNorm.parameters,
            epsilon: epsilon, dropout: pass.dropout.attentionOutput(layer: index),
            places: pass.places, saved: kept.attentionNorm, into: rows.attended, pool: pool)
        // hidden = LayerNorm(attended + dropout(W_2 gelu(W_1 attended)))
        parameters.intermediate.forward(rows.attended, into: kept.intermediate, pool: pool)
        GELUTraining.forward(kept.intermediate, into: rows.activated, pool: pool)
        parameters.output.forward(rows.activated, into: rows.block, pool: pool)
        NormTraining.forward(
            rows.block, residual: rows.attended, parameters: parameters.outputNorm.parameters,
            epsilon: epsilon, dropout: pass.dropout.output(layer: index), places: pass.places,
            saved: kept.outputNorm, into: rows.hidden, pool: pool)
    }

    /// Replaces `rows.gradient`, the gradient of the output, by that of the input, and adds up the
    /// gradients of the parameters.
    ///
    /// - Parameter input: what `forward` was given, computed again.
    func backward(input: Matrix, pass: ForwardPass, sums: PartialSums) {
        backwardFeedForward(pass: pass, sums: sums)
        backwardAttention(input: input, pass: pass, sums: sums)
    }

    private func attention(_ pass: ForwardPass) -> AttentionTraining {
        AttentionTraining(
            cumulativeSequenceLengths: pass.batch.cumulativeSequenceLengths,
            headCount: headCount, dropout: pass.dropout.probabilities(layer: index),
            firstSequence: pass.firstSequence)
    }

    private func backwardFeedForward(pass: ForwardPass, sums: PartialSums) {
        // hidden = LayerNorm(attended + dropout(block)): d(sum) in rows.gradient, d(block) apart
        let block = NormTraining.backward(
            rows.gradient, saved: kept.outputNorm,
            weight: parameters.outputNorm.parameters.weight,
            dropout: pass.dropout.output(layer: index), places: pass.places,
            inputGradient: rows.block, parameterGradients: parameters.outputNorm.gradients,
            biasGradient: parameters.output.biasGradient, sums: sums, pool: pool)
        // block = W_2 gelu(W_1 attended)
        parameters.output.backwardInput(block, into: rows.intermediateGradient, pool: pool)
        GELUTraining.backward(
            input: kept.intermediate, gradient: rows.intermediateGradient, output: rows.activated,
            biasGradient: parameters.intermediate.biasGradient, sums: sums, pool: pool)
        parameters.output.backwardWeight(block, input: rows.activated, pool: pool)
        NormTraining.output(
            of: kept.attentionNorm, parameters: parameters.attentionNorm.parameters,
            into: rows.attended, pool: pool)
        parameters.intermediate.backwardWeight(
            rows.intermediateGradient, input: rows.attended, pool: pool)
        // attended reaches the sum directly and through W_1
        parameters.intermediate.backwardInput(
            rows.intermediateGradient, into: rows.gradient, accumulate: true, pool: pool)
    }

    private func backwardAttention(input: Matrix, pass: ForwardPass, sums: PartialSums) {
        // attended = LayerNorm(input + dropout(block))
        let block = NormTraining.backward(
            rows.gradient, saved: kept.attentionNorm,
            weight: parameters.attentionNorm.parameters.weight,
            dropout: pass.dropout.attentionOutput(layer: index), places: pass.places,
            inputGradient: rows.block, parameterGradients: parameters.attentionNorm.gradients,
            biasGradient: parameters.attentionOutput.biasGradient, sums: sums, pool: pool)
        // block = W_o context; rows.attended is free now and takes d(context)
        parameters.attentionOutput.backwardWeight(block, input: kept.context, pool: pool)
        parameters.attentionOutput.backwardInput(block, into: rows.attended, pool: pool)
        // context = attention(W_qkv input)
        attention(pass).backward(
            qkv: kept.queryKeyValue, outputGradient: rows.attended,
            into: rows.queryKeyValueGradient, pool: pool)
        if let biasGradient = parameters.queryKeyValue.biasGradient {
            sums.addColumnSums(of: rows.queryKeyValueGradient, to: biasGradient, pool: pool)
        }
        parameters.queryKeyValue.backwardWeight(
            rows.queryKeyValueGradient, input: input, pool: pool)
        parameters.queryKeyValue.backwardInput(
            rows.queryKeyValueGradient, into: rows.gradient, accumulate: true, pool: pool)
    }
}
