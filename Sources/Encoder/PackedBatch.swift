/// Several token sequences laid end to end, without padding.
///
/// Sequence `s` owns the tokens `cumulativeSequenceLengths[s] ..< cumulativeSequenceLengths[s +
/// 1]`. Nothing in the encoder ever sees a padding token, so what a text costs and what vector it
/// gets do not depend on what shares its batch.
package struct PackedBatch: Sendable {
    package private(set) var inputIDs: [Int32] = []
    package private(set) var cumulativeSequenceLengths: [Int] = [0]

    package init() {}

    /// A batch of the given sequences, in order.
    package init(_ sequences: some Sequence<some Collection<Int32>>) {
        for sequence in sequences { append(sequence) }
    }

    package mutating func append(_ sequence: some Collection<Int32>) {
        inputIDs.append(contentsOf: sequence)
        cumulativeSequenceLengths.append(inputIDs.count)
    }

    package var tokenCount: Int { inputIDs.count }
    package var sequenceCount: Int { cumulativeSequenceLengths.count - 1 }

    /// The token rows of sequence `index`.
    package func rows(of index: Int) -> Range<Int> {
        cumulativeSequenceLengths[index]..<cumulativeSequenceLengths[index + 1]
    }
}
