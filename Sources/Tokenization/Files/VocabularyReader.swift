import AjanCompute
import AjanJSON

/// The vocabulary of a tokenizer file, collected in one pass.
struct VocabularyReader {
    private(set) var scores: [Double] = []
    private var bytes: [UInt8] = []
    private var ends: [Int] = []
    /// The id of each piece in vocabularies that state it (WordPiece); nil where ids are counted.
    private var ids: [Int32]?

    /// Pieces read so far, or one more than the highest id.
    var count: Int { ids.map { Int($0.max() ?? -1) + 1 } ?? ends.count }

    mutating func append(_ piece: [UInt8], score: Double = 0) {
        bytes += piece
        ends.append(bytes.count)
        scores.append(score)
    }

    /// Reads the value of `vocab`: `[[piece, score], ...]` of Unigram, `{piece: id, ...}` of
    /// WordPiece.
    mutating func read(_ scanner: inout JSONScanner) throws(JSONScanner.Problem) {
        var next = self
        if scanner.next() == UInt8(ascii: "[") {
            try scanner.array { (scanner) throws(JSONScanner.Problem) in
                try next.readScored(&scanner)
            }
        } else {
            var ids: [Int32] = []
            // `trie` finds a piece that is there twice.
            try scanner.object(mayRepeat: true) { (scanner, piece) throws(JSONScanner.Problem) in
                let id = try scanner.number()
                guard id >= 0, id < Double(VocabularyLimit.countMax), id == id.rounded() else {
                    throw scanner.fail("the id of the piece \(quoted: piece) is \(id)")
                }
                try next.appendBounded(Array(piece.utf8), &scanner)
                ids.append(Int32(id))
            }
            next.ids = ids
        }
        self = next
    }

    private mutating func readScored(
        _ scanner: inout JSONScanner
    ) throws(JSONScanner.Problem) {
        try scanner.expect(UInt8(ascii: "["))
        let piece = try scanner.stringBytes()
        try scanner.expect(UInt8(ascii: ","))
        let score = try scanner.number()
        try appendBounded(piece, score: score, &scanner)
        try scanner.expect(UInt8(ascii: "]"))
    }

    private mutating func appendBounded(
        _ piece: [UInt8], score: Double = 0, _ scanner: inout JSONScanner
    ) throws(JSONScanner.Problem) {
        if let problem = problem(with: piece) { throw scanner.fail(problem) }
        append(piece, score: score)
    }

    /// Why `piece` cannot be the next one; nil when it can.
    func problem(with piece: some Collection<UInt8>) -> String? {
        if ends.count >= VocabularyLimit.countMax {
            return "more than \(VocabularyLimit.countMax) pieces"
        }
        let limit = TokenizerLimit.pieceByteCountMax
        return piece.count <= limit
            ? nil : "a piece of \(piece.count) bytes; the limit is \(limit)"
    }

    /// - Throws: `TokenizationError.damaged` when a piece is there twice or there is none.
    func trie(
        file: String, where isWanted: (Int) -> Bool = { _ in true }
    ) throws(TokenizationError) -> PieceTrie {
        guard !ends.isEmpty else { throw .damaged(file: file, problem: "it has no vocabulary") }
        let wanted = ends.indices.filter(isWanted)
        do throws(PieceTrie.Duplicate) {
            return try PieceTrie(
                count: wanted.count, piece: { self[wanted[$0]] },
                value: { ids?[wanted[$0]] ?? Int32(wanted[$0]) })
        } catch {
            let text = String(decoding: self[wanted[error.index]], as: UTF8.self)
            throw .damaged(file: file, problem: "the piece \(quoted: text) is there twice")
        }
    }

    /// The bytes of every id below `size`; added tokens overwrite.
    func pieceTable(adding added: AddedTokens, size: Int) -> PieceTable {
        var pieces = [ArraySlice<UInt8>](repeating: [], count: size)
        for index in ends.indices { pieces[Int(ids?[index] ?? Int32(index))] = self[index] }
        for token in added.tokens { pieces[Int(token.id)] = token.bytes[...] }
        return PieceTable(pieces)
    }

    private subscript(index: Int) -> ArraySlice<UInt8> {
        bytes[(index == 0 ? 0 : ends[index - 1])..<ends[index]]
    }
}
