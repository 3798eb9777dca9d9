/// A SentencePiece Unigram vocabulary: finds the segmentation with the highest sum of scores.
///
/// Source: T. Kudo, "Subword Regularization", 2018; the forward pass follows `encode_optimized` of
/// `tokenizers` and `EncodeOptimized` of `sentencepiece`, which agree but for the width of the scores.
struct UnigramModel: Sendable {
    /// In which arithmetic path scores are summed: the references differ, and so do their ties.
    enum Arithmetic: Sendable {
        /// `sentencepiece`
        case f32
        /// `tokenizers`
        case f64
    }

    let trie: PieceTrie
    /// Log probability per id.
    let scores: [Double]
    let unknownID: Int32
    let arithmetic: Arithmetic
    private let unknownScore: Double

    /// How much worse than the worst piece an unknown character is.
    private static let unknownPenalty = 10.0

    /// - Parameter worstScore: the lowest score of a normal piece.
    init(
        trie: PieceTrie, scores: [Double], unknownID: Int32, worstScore: Double,
        arithmetic: Arithmetic
    ) {
        self.trie = trie
        self.scores = scores
        self.unknownID = unknownID
        self.arithmetic = arithmetic
        unknownScore = worstScore - Self.unknownPenalty
    }

    /// The best way to reach a place in the text.
    private struct Arrival {
        var score = 0.0
        var start: Int32 = -1
        var id: Int32 = -1
    }

    /// Splits `bytes[range]` into pieces and gives each to `emit`, in order. Neighbouring unknown
    /// characters are one piece.
    ///
    /// - Complexity: linear in the bytes, times the length of the longest piece.
    func segment(
        _ bytes: [UInt8], _ range: Range<Int>, _ emit: (_ id: Int32, _ range: Range<Int>) -> Void
    ) {
        guard !range.isEmpty else { return }
        let arrivals = forward(bytes, range)
        var reversed: [(id: Int32, range: Range<Int>)] = []
        var end = range.count
        while end > 0 {
            let arrival = arrivals[end]
            let start = Int(arrival.start)
            if arrival.id == unknownID, let last = reversed.last, last.id == unknownID {
                reversed[reversed.count - 1].range = start..<last.range.upperBound
            } else {
                reversed.append((arrival.id, start..<end))
            }
            end = start
        }
        for piece in reversed.reversed() {
            let start = range.lowerBound + piece.range.lowerBound
            emit(piece.id, start..<start + piece.range.count)
        }
    }

    private func forward(_ bytes: [UInt8], _ range: Range<Int>) -> [Arrival] {
        var arrivals = [Arrival](repeating: Arrival(), count: range.count + 1)
        var start = 0
        while start < range.count {
            let here = arrivals[start].score
            let length = min(
                Self.characterLength(bytes[range.lowerBound + start]), range.count - start)
            var hasCharacter = false
            var node = 0
            var end = start
            while end < range.count {
                node = trie.child(of: node, bytes[range.lowerBound + end])
                if node < 0 { break }
                end += 1
                let id = trie.values[node]
                if id < 0 { continue }
                offer(here + scores[Int(id)], id: id, from: start, to: end, &arrivals)
                if end - start == length { hasCharacter = true }
            }
            if !hasCharacter {
                offer(
                    here + unknownScore, id: unknownID, from: start, to: start + length, &arrivals)
            }
            start += length
        }
        return arrivals
    }

    @inline(__always)
    private func offer(
        _ sum: Double, id: Int32, from start: Int, to end: Int, _ arrivals: inout [Arrival]
    ) {
        // The sum of two f32 numbers, rounded once from f64, is their f32 sum.
        let score = arithmetic == .f32 ? Double(Float(sum)) : sum
        guard arrivals[end].start < 0 || score > arrivals[end].score else { return }
        arrivals[end] = Arrival(score: score, start: Int32(truncatingIfNeeded: start), id: id)
    }

    @inline(__always)
    private static func characterLength(_ byte: UInt8) -> Int {
        byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4
    }
}
