import AjanCompute
import AjanEncoder

/// The whole student, forward and back: embeddings, layers, pooling, Dense, normalisation.
///
/// There is no graph: the architecture is fixed, so each stage has its backward pass beside it.
final class StudentNetwork {
    let configuration: StudentConfiguration
    let parameters: NetworkParameters
    private let frozen: TrainerConfiguration.Frozen
    private let pool: ComputePool
    private let sums = PartialSums()
    private var arena = ActivationArena()

    init(
        student: Student, gradients: Matrix, frozen: TrainerConfiguration.Frozen,
        precision: ProductPrecision, pool: ComputePool
    ) {
        configuration = student.configuration
        parameters = NetworkParameters(
            student: student, gradients: gradients, frozen: frozen, precision: precision)
        self.frozen = frozen
        self.pool = pool
    }

    /// A batch that went forward and can go back.
    struct Trace {
        let pass: ForwardPass
        let rows: ActivationArena.Rows
        let sentences: SentenceStage.Kept

        /// Sentence vectors `[sequences, dimensions]`.
        var vectors: Matrix { sentences.vectors }
    }

    /// The trace is valid until the next call.
    func forward(_ pass: ForwardPass) -> Trace {
        let rows = arena.reserve(tokens: pass.batch.tokenCount, for: configuration.encoder)
        embed(pass, rows: rows)
        var input = rows.embeddings
        for index in parameters.layers.indices {
            layer(index, rows: rows).forward(input, pass: pass)
            input = rows.hidden
        }
        let sentences = sentenceStage.forward(input, batch: pass.batch)
        return Trace(pass: pass, rows: rows, sentences: sentences)
    }

    /// Adds up the gradients of all parameters that are not frozen.
    ///
    /// - Parameters:
    ///   - gradient: of the sentence vectors.
    ///   - wordGradients: receives the rows of the word table.
    func backward(_ trace: Trace, gradient: Matrix, wordGradients: WordGradients) {
        let rows = trace.rows
        sentenceStage.backward(
            gradient, kept: trace.sentences, batch: trace.pass.batch, into: rows.gradient,
            sums: sums)
        // Below the lowest part that learns, nobody needs a gradient.
        let lowest = frozen.embeddings ? min(frozen.lowerLayers, parameters.layers.count) : 0
        for index in (lowest..<parameters.layers.count).reversed() {
            layer(index, rows: rows).backward(
                input: input(of: index, rows: rows), pass: trace.pass, sums: sums)
        }
        if !frozen.embeddings {
            backwardEmbeddings(trace.pass, rows: rows, wordGradients: wordGradients)
        }
    }

    private var sentenceStage: SentenceStage {
        SentenceStage(
            pooling: configuration.pooling, dense: parameters.dense,
            activation: configuration.dense?.activation ?? .identity,
            normalizes: configuration.normalizes, pool: pool)
    }

    private func layer(_ index: Int, rows: ActivationArena.Rows) -> EncoderLayer {
        EncoderLayer(
            index: index, parameters: parameters.layers[index], kept: rows.layers[index],
            rows: rows, headCount: configuration.encoder.numAttentionHeads,
            epsilon: configuration.encoder.layerNormEpsilon, pool: pool)
    }

    /// The input of layer `index`: kept for the first, computed again for the others.
    private func input(of index: Int, rows: ActivationArena.Rows) -> Matrix {
        guard index > 0 else { return rows.embeddings }
        NormTraining.output(
            of: rows.layers[index - 1].outputNorm,
            parameters: parameters.layers[index - 1].outputNorm.parameters, into: rows.hidden,
            pool: pool)
        return rows.hidden
    }

    /// `embeddings = dropout(LayerNorm(word + position + type))`
    private func embed(_ pass: ForwardPass, rows: ActivationArena.Rows) {
        EmbeddingSum.apply(
            words: EmbeddingTable(parameters.words), wordIDs: pass.batch.inputIDs,
            positions: EmbeddingTable(parameters.positions), positionIDs: pass.positions,
            types: EmbeddingTable(parameters.types), into: rows.block, pool: pool)
        NormTraining.forward(
            rows.block, residual: nil, parameters: parameters.embeddingNorm.parameters,
            epsilon: configuration.encoder.layerNormEpsilon, dropout: .none, places: pass.places,
            saved: rows.embeddingNorm, into: rows.embeddings, pool: pool)
        pass.dropout.embeddings.apply(to: rows.embeddings, places: pass.places, pool: pool)
    }

    private func backwardEmbeddings(
        _ pass: ForwardPass, rows: ActivationArena.Rows, wordGradients: WordGradients
    ) {
        pass.dropout.embeddings.apply(to: rows.gradient, places: pass.places, pool: pool)
        let sum = NormTraining.backward(
            rows.gradient, saved: rows.embeddingNorm,
            weight: parameters.embeddingNorm.parameters.weight, dropout: .none,
            places: pass.places, inputGradient: rows.block,
            parameterGradients: parameters.embeddingNorm.gradients,
            biasGradient: parameters.typeGradient, sums: sums, pool: pool)
        wordGradients.add(sum, wordIDs: pass.batch.inputIDs, pool: pool)
        if let positionGradient = parameters.positionGradient {
            let groups = RowGroups(pass.positions)
            groups.addSums(of: sum, to: positionGradient, targets: groups.ids, pool: pool)
        }
    }
}
