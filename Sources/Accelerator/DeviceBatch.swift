import AjanCAccelerator
package import AjanCompute
package import AjanEncoder

/// One packed batch in the form that a device reads.
package struct DeviceBatch: Sendable {
    private let wordIDs: [Int32]
    private let positions: [Int32]
    private let starts: [UInt32]
    private var firstSequence: UInt32 = 0
    private var dropout = ajan_cuda_dropout()
    private var wordGroups = Groups.none
    private var positionGroups = Groups.none

    /// Which rows of the batch add their gradients to which rows of a table: the members
    /// `starts[g] ..< starts[g + 1]` belong to row `targets[g]`.
    private struct Groups: Sendable {
        let starts: [UInt32]
        let members: [UInt32]
        let targets: [UInt32]

        static let none = Groups(starts: [0], members: [], targets: [])
    }

    package var tokenCount: Int { wordIDs.count }
    package var sequenceCount: Int { starts.count - 1 }

    /// A batch of which vectors are wanted.
    ///
    /// - Parameter positions: the row of the position table of every token.
    package init(_ batch: PackedBatch, positions: [Int32]) {
        precondition(positions.count == batch.tokenCount)
        wordIDs = batch.inputIDs
        self.positions = positions
        starts = batch.cumulativeSequenceLengths.map { UInt32($0) }
    }

    /// A batch of a training step.
    ///
    /// - Parameters:
    ///   - firstSequence: number of the first sequence in the step.
    ///   - thresholds: of dropout, of 65536; `key` is that of the step.
    package init(
        _ batch: PackedBatch, positions: [Int32], firstSequence: Int,
        thresholds: (hidden: UInt32, attention: UInt32), key: UInt64
    ) {
        self.init(batch, positions: positions)
        self.firstSequence = UInt32(truncatingIfNeeded: firstSequence)
        dropout = ajan_cuda_dropout(
            hidden_threshold: thresholds.hidden, attention_threshold: thresholds.attention,
            key: (UInt32(truncatingIfNeeded: key), UInt32(key >> 32)))
    }

    /// Says which rows of the tables get gradients.
    ///
    /// - Parameter wordTargets: row of the step's word gradients of each of `words.ids`.
    package mutating func setGroups(
        words: RowGroups, wordTargets: [Int32], positions: RowGroups
    ) {
        precondition(wordTargets.count == words.ids.count)
        wordGroups = Self.groups(words, targets: wordTargets)
        positionGroups = Self.groups(positions, targets: positions.ids)
    }

    private static func groups(_ groups: RowGroups, targets: [Int32]) -> Groups {
        Groups(
            starts: groups.starts.map { UInt32($0) }, members: groups.members.map { UInt32($0) },
            targets: targets.map { UInt32($0) })
    }

    /// Calls `body` with what the library reads.
    func withForm<R>(_ body: (UnsafePointer<ajan_cuda_batch>) -> R) -> R {
        var form = unsafe ajan_cuda_batch()
        unsafe form.token_count = UInt32(tokenCount)
        unsafe form.sequence_count = UInt32(sequenceCount)
        unsafe form.first_sequence = firstSequence
        unsafe form.dropout = dropout
        return unsafe wordIDs.withUnsafeBufferPointer { words in
            unsafe positions.withUnsafeBufferPointer { positions in
                unsafe starts.withUnsafeBufferPointer { starts in
                    unsafe form.word_ids = words.baseAddress
                    unsafe form.position_ids = positions.baseAddress
                    unsafe form.starts = starts.baseAddress
                    return unsafe Self.withGroups(wordGroups) { words in
                        unsafe Self.withGroups(positionGroups) { positions in
                            unsafe form.words = words
                            unsafe form.positions = positions
                            return unsafe body(&form)
                        }
                    }
                }
            }
        }
    }

    private static func withGroups<R>(_ groups: Groups, _ body: (ajan_cuda_groups) -> R) -> R {
        unsafe groups.starts.withUnsafeBufferPointer { starts in
            unsafe groups.members.withUnsafeBufferPointer { members in
                unsafe groups.targets.withUnsafeBufferPointer { targets in
                    unsafe body(
                        ajan_cuda_groups(
                            count: UInt32(targets.count), starts: starts.baseAddress,
                            members: members.baseAddress, targets: targets.baseAddress))
                }
            }
        }
    }
}
