import AjanCKernels

/// Dropout at one place of the network in one step.
///
/// Whether a number is kept is a function of seed, step, site, sequence, position and index alone
/// (Philox 4x32, 7 rounds), so the backward pass draws the same mask again instead of storing it, a
/// run can be resumed, and neither threads nor batches matter. The probability is rounded to a
/// multiple of 1/65536, and kept numbers are scaled by the inverse of exactly that.
package struct Dropout: Sendable, Equatable {
    /// Of 65536 values, those below are dropped; 0 drops nothing.
    package let threshold: UInt32
    let key: UInt64
    let site: UInt32

    /// - Parameters:
    ///   - probability: of zeroing a number, 0..<1.
    ///   - site: number of the place; every place of a network has its own.
    package init(probability: Float, seed: UInt64, step: Int, site: Int) {
        precondition(probability >= 0 && probability < 1, "a probability in 0..<1")
        threshold = UInt32((probability * 65_536).rounded())
        key = Self.key(seed: seed, step: step)
        self.site = UInt32(site)
    }

    private init(threshold: UInt32, key: UInt64, site: UInt32) {
        self.threshold = threshold
        self.key = key
        self.site = site
    }

    /// The key of the generator in one step, the same at all places.
    package static func key(seed: UInt64, step: Int) -> UInt64 { mix(mix(seed) &+ UInt64(step)) }

    /// No dropout.
    package static let none = Dropout(threshold: 0, key: 0, site: 0)

    /// The same step and place, at head `head` of an attention.
    func head(_ head: Int) -> Dropout {
        Dropout(threshold: threshold, key: key, site: site | UInt32(head) << 16)
    }

    /// Drops numbers of `rows` in place, one row per place.
    package func apply(to rows: Matrix, places: TokenPlaces, pool: ComputePool? = nil) {
        guard threshold > 0 else { return }
        precondition(rows.rows == places.count && rows.region.isWritable)
        TrainingKernels.forEachBlock(rows: rows.rows, pool: pool) { _, block in
            unsafe withKernelForm(places) { dropout in
                var dropout = unsafe dropout
                unsafe TrainingKernels.table.dropout_f32(
                    rows.pointer, rows.rowStride, block.lowerBound, block.upperBound,
                    rows.columns, &dropout)
            }
        }
    }

    /// Calls `body` with what the kernels read.
    func withKernelForm<R>(_ places: TokenPlaces, _ body: (ck_dropout) -> R) -> R {
        unsafe places.sequences.withUnsafeBufferPointer { sequences in
            unsafe places.positions.withUnsafeBufferPointer { positions in
                unsafe body(
                    ck_dropout(
                        threshold: threshold, scale: 65_536 / (65_536 - Float(threshold)),
                        key: (UInt32(truncatingIfNeeded: key), UInt32(key >> 32)), site: site,
                        sequences: sequences.baseAddress, positions: positions.baseAddress))
            }
        }
    }

    /// Near numbers give keys that have nothing in common.
    private static func mix(_ value: UInt64) -> UInt64 {
        SplitMix64.mixed(value &+ SplitMix64.increment)
    }
}

/// Where each row of a packed batch stands: the number of its sequence in the step, and its
/// position in the sequence. Dropout is keyed by both.
package struct TokenPlaces: Sendable {
    let sequences: [UInt32]
    let positions: [UInt32]

    static let empty = TokenPlaces(cumulativeSequenceLengths: [0], firstSequence: 0)

    /// - Parameters:
    ///   - cumulativeSequenceLengths: `[0, n1, n1 + n2, ...]`.
    ///   - firstSequence: number of the first of them in the step.
    package init(cumulativeSequenceLengths lengths: [Int], firstSequence: Int) {
        var sequences: [UInt32] = []
        var positions: [UInt32] = []
        sequences.reserveCapacity(lengths.last ?? 0)
        positions.reserveCapacity(lengths.last ?? 0)
        for (index, (start, end)) in zip(lengths, lengths.dropFirst()).enumerated() {
            for position in 0..<end - start {
                sequences.append(UInt32(truncatingIfNeeded: firstSequence + index))
                positions.append(UInt32(position))
            }
        }
        self.sequences = sequences
        self.positions = positions
    }

    package var count: Int { sequences.count }
}
