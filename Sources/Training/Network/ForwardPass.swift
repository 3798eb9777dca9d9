import AjanCompute
import AjanEncoder

/// One batch on its way through the network: its tokens and the dropout that it meets.
struct ForwardPass {
    let batch: PackedBatch
    /// Row of the position table of every token.
    let positions: [Int32]
    let places: TokenPlaces
    let firstSequence: Int
    let dropout: DropoutPlan

    /// - Throws: `EncoderError.tokenID` and `.sequenceTooLong`.
    init(
        _ batch: PackedBatch, firstSequence: Int, dropout: DropoutPlan,
        configuration: EncoderConfiguration
    ) throws(EncoderError) {
        self.batch = batch
        positions = try configuration.positionIDs(of: batch)
        places = TokenPlaces(
            cumulativeSequenceLengths: batch.cumulativeSequenceLengths,
            firstSequence: firstSequence)
        self.firstSequence = firstSequence
        self.dropout = dropout
    }
}

/// The dropout of every place of the network in one step.
struct DropoutPlan {
    let rates: TrainerConfiguration.Dropout
    let seed: UInt64
    let step: Int

    /// No dropout: for vectors that are measured and not learnt from.
    static let none = DropoutPlan(rates: .none, seed: 0, step: 0)

    var embeddings: Dropout { at(0, rates.hidden) }
    func probabilities(layer: Int) -> Dropout { at(3 * layer + 1, rates.attention) }
    func attentionOutput(layer: Int) -> Dropout { at(3 * layer + 2, rates.hidden) }
    func output(layer: Int) -> Dropout { at(3 * layer + 3, rates.hidden) }

    private func at(_ site: Int, _ probability: Float) -> Dropout {
        probability == 0
            ? .none : Dropout(probability: probability, seed: seed, step: step, site: site)
    }
}
