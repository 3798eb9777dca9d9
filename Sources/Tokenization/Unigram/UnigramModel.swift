import AjanCompute

/// A SentencePiece Unigram vocabulary: finds the segmentation with the highest sum of scores.
///
/// Source: T. Kudo, "Subword Regularization", 2018; the forward pass follows `encode_optimized` of
/// `tokenizers` and `EncodeOptimized` of `sentencepiece`, which agree but for the width of the
/// scores.
struct UnigramModel: Sendable {
    /// The precision in which scores are summed. The references differ in it, and so they decide
    /// between some segmentations of nearly equal score differently.
    enum Arithmetic: String, Sendable, Codable {
        /// `sentencepiece`
        case f32
        /// `tokenizers`
        case f64
    }

    let trie: PieceTrie
    /// Log probability per id.
    let scores: RegionArray<Double>
    let unknownID: Int32
    /// The lowest score of a normal piece.
    let worstScore: Double
    let arithmetic: Arithmetic

    /// How much worse than the worst piece an unknown character is.
    private static let unknownPenalty = 10.0

    /// The best way to reach a place in the text.
    struct Arrival {
        var score = 0.0
        var start: Int32 = -1
        var id: Int32 = -1
    }

    /// A piece of a segmentation: its id, and where it ends, counted from the start of the word.
    struct Piece {
        let id: Int32
        let end: Int
    }

    /// Memory of a segmentation, kept from word to word.
    struct Scratch {
        fileprivate var arrivals: [Arrival] = []
        /// The pieces of the last word, in order.
        fileprivate(set) var pieces: [Piece] = []

        /// Places that are kept between texts; longer words give their memory back.
        private static let placesMax = 1 << 16

        mutating func trim() {
            if arrivals.count > Self.placesMax { arrivals = [] }
            if pieces.count > Self.placesMax { pieces = [] }
        }
    }

    /// Splits `bytes[range]` into pieces, which `scratch` then holds. Neighbouring unknown
    /// characters are one piece.
    ///
    /// - Complexity: linear in the bytes, times the length of the longest piece, which is at most
    ///   `TokenizerLimit.pieceByteCountMax`.
    func segment(_ bytes: [UInt8], _ range: Range<Int>, _ scratch: inout Scratch) {
        scratch.pieces.removeAll(keepingCapacity: true)
        guard !range.isEmpty else { return }
        forward(bytes, range, &scratch.arrivals)
        var end = range.count
        while end > 0 {
            let arrival = scratch.arrivals[end]
            // Pieces are collected from the end of the word. When the piece after this one is
            // unknown too, the two become one.
            let joins = arrival.id == unknownID && scratch.pieces.last?.id == unknownID
            if !joins { scratch.pieces.append(Piece(id: arrival.id, end: end)) }
            end = Int(arrival.start)
        }
        scratch.pieces.reverse()
    }

    private func forward(_ bytes: [UInt8], _ range: Range<Int>, _ arrivals: inout [Arrival]) {
        let count = range.count
        if arrivals.count <= count {
            arrivals = [Arrival](repeating: Arrival(), count: max(64, (count + 1) * 3 / 2))
        }
        arrivals[0].score = 0
        for place in 0...count { arrivals[place].start = -1 }
        let unknownScore = worstScore - Self.unknownPenalty
        var start = 0
        while start < count {
            let here = arrivals[start].score
            let length = min(UTF8Scan.length(bytes[range.lowerBound + start]), count - start)
            var hasCharacter = false
            // Nobody has followed the ways of a mapped trie: they may be longer than any piece.
            let limit = min(count, start + TokenizerLimit.pieceByteCountMax)
            var node = trie.root
            var end = start
            while end < limit, let next = trie.child(of: node, bytes[range.lowerBound + end]) {
                node = next
                end += 1
                let id = trie.value(at: node)
                guard id >= 0, id < scores.count else { continue }
                offer(here + scores[Int(id)], id: id, from: start, to: &arrivals[end])
                if end - start == length { hasCharacter = true }
            }
            if !hasCharacter {
                offer(
                    here + unknownScore, id: unknownID, from: start,
                    to: &arrivals[start + length])
            }
            start += length
        }
    }

    @inline(__always)
    private func offer(_ sum: Double, id: Int32, from start: Int, to arrival: inout Arrival) {
        // The sum of two f32 numbers, rounded once from f64, is their f32 sum.
        let score = arithmetic == .f32 ? Double(Float(sum)) : sum
        guard arrival.start < 0 || score > arrival.score else { return }
        arrival = Arrival(score: score, start: Int32(truncatingIfNeeded: start), id: id)
    }
}
