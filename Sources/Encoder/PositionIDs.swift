extension EncoderConfiguration {
    /// The row of the position table for every token.
    ///
    /// XLM-RoBERTa gives a padding token (a user may type `<pad>`) the padding row and does not
    /// count it; BERT counts every token.
    /// - Throws: `EncoderError.tokenID` and `.sequenceTooLong`.
    package func positionIDs(of batch: PackedBatch) throws(EncoderError) -> [Int32] {
        var positions: [Int32] = []
        positions.reserveCapacity(batch.tokenCount)
        let skipsPadding = modelType == .xlmRoberta
        for sequence in 0..<batch.sequenceCount {
            let rows = batch.rows(of: sequence)
            guard rows.count <= maxTokens else {
                throw .sequenceTooLong(tokens: rows.count, limit: maxTokens)
            }
            var next = firstPosition
            for id in batch.inputIDs[rows] {
                guard id >= 0, id < vocabularySize else {
                    throw .tokenID(Int(id), vocabularySize: vocabularySize)
                }
                if skipsPadding, id == padTokenID {
                    positions.append(Int32(padTokenID))
                } else {
                    positions.append(Int32(next))
                    next += 1
                }
            }
        }
        return positions
    }
}
