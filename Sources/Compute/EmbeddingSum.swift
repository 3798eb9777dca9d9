import AjanCKernels

/// The input embeddings of an encoder.
package enum EmbeddingSum {
    /// Writes word row + position row + type row of each token into `output` `[tokens, hidden]`.
    ///
    /// The caller has checked the identifiers against the tables.
    /// - Parameters:
    ///   - wordIDs: rows of `words`, one per token.
    ///   - positionIDs: rows of `positions`, one per token.
    ///   - types: the token type table; its row 0 is added to every token.
    package static func apply(
        words: EmbeddingTable, wordIDs: [Int32], positions: EmbeddingTable, positionIDs: [Int32],
        types: EmbeddingTable, into output: Matrix, pool: ComputePool? = nil
    ) {
        let width = output.columns
        precondition(output.rows == wordIDs.count && positionIDs.count == wordIDs.count)
        precondition([words, positions, types].allSatisfy { $0.columns == width })
        precondition(output.region.isWritable)
        let type = types.row(0)
        Parallel.forEach(count: wordIDs.count, grain: 64, pool: pool) { range in
            let row = unsafe Kernels.scratch(byteCount: width * 4)
                .assumingMemoryBound(to: Float.self)
            for token in range {
                let sum = unsafe output.pointer + token * output.rowStride
                unsafe words.decodeRow(Int(wordIDs[token]), into: sum)
                unsafe positions.decodeRow(Int(positionIDs[token]), into: row)
                unsafe Kernels.table.add_f32(row, sum, width)
                unsafe Kernels.table.add_f32(type, sum, width)
            }
        }
    }
}
