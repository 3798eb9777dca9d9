import AjanCompute

/// Reads `sentencepiece.bpe.model`: a protobuf message with pieces, scores and the normaliser.
///
/// Ids are fairseq's, as XLM-RoBERTa uses them: `<s> <pad> </s> <unk>` first, then every normal
/// piece shifted by one, `<mask>` last. Source: `sentencepiece_model.proto`; `transformers`,
/// `tokenization_xlm_roberta.py`.
struct SentencePieceFile {
    let file: String
    private let bytes: [UInt8]
    private(set) var vocabulary = VocabularyReader()
    private(set) var kinds: [PieceKind] = []
    private(set) var charsmapBytes: ArraySlice<UInt8> = []

    enum PieceKind: UInt64 {
        case normal = 1
        case unknown = 2
        case control = 3
        case userDefined = 4
        case unused = 5
        case byte = 6
    }

    /// The special tokens before the normal pieces, in the order of fairseq's ids.
    static let specialPieces = ["<s>", "<pad>", "</s>", "<unk>"]
    /// The special token behind them.
    static let maskPiece = "<mask>"
    private static let unigram: UInt64 = 1

    init(_ bytes: [UInt8], file: String) throws(TokenizationError) {
        self.file = file
        self.bytes = bytes
        var reader = ProtobufReader(bytes[...], file: file)
        while let field = try reader.next() {
            switch (field.number, field.value) {
            case (1, .bytes(let piece)): try readPiece(piece)
            case (2, .bytes(let trainer)): try checkTrainer(trainer)
            case (3, .bytes(let normalizer)): try readNormalizer(normalizer)
            default: break
            }
        }
    }

    func tokenizer() throws(TokenizationError) -> Tokenizer {
        guard kinds.first == .unknown, kinds.count > 3 else {
            throw .unsupported(
                file: file,
                problem: "a SentencePiece model whose first piece is not <unk>; supported: "
                    + "the layout of XLM-RoBERTa")
        }
        let charsmap: Charsmap
        do {
            charsmap = try Charsmap(Array(charsmapBytes))
        } catch {
            throw .damaged(
                file: file, problem: "the charsmap of the normalizer is broken: \(error.text)")
        }
        // Piece i of the file has the id i + 1 and the specials come before; only the unknown
        // piece, piece 0, moves, to 3.
        var shifted = VocabularyReader()
        for piece in Self.specialPieces { shifted.append(Array(piece.utf8)) }
        let isNormal = kinds.map { $0 == .normal || $0 == .userDefined }
        for index in 3..<kinds.count {
            shifted.append(Array(piece(index)), score: vocabulary.scores[index])
        }
        shifted.append(Array(Self.maskPiece.utf8))
        let trie = try shifted.trie(file: file) {
            $0 >= 4 && $0 - 1 < isNormal.count && isNormal[$0 - 1]
        }
        let worst = kinds.indices.filter { isNormal[$0] }.map { vocabulary.scores[$0] }.min() ?? 0
        let model = UnigramModel(
            trie: trie, scores: RegionArray(shifted.scores), unknownID: 3, worstScore: worst,
            arithmetic: .f32)
        return Tokenizer(
            vocabularySize: shifted.count, prefixIDs: [0], suffixIDs: [2],
            preparation: .sentencePiece(charsmap), model: .unigram(model),
            addedTokens: AddedTokens([]),
            pieces: shifted.pieceTable(adding: AddedTokens([]), size: shifted.count))
    }

    /// Where each piece's text lies in `bytes`.
    private var pieceRanges: [Range<Int>] = []

    func piece(_ index: Int) -> ArraySlice<UInt8> { bytes[pieceRanges[index]] }

    private mutating func readPiece(_ message: ArraySlice<UInt8>) throws(TokenizationError) {
        var text: ArraySlice<UInt8> = []
        var score: Float = 0
        var kind = PieceKind.normal
        var reader = ProtobufReader(message, file: file)
        while let field = try reader.next() {
            switch (field.number, field.value) {
            case (1, .bytes(let bytes)): text = bytes
            case (2, .fixed32(let bits)): score = Float(bitPattern: bits)
            case (3, .varint(let number)):
                guard let known = PieceKind(rawValue: number) else {
                    throw .damaged(file: file, problem: "piece \(kinds.count) is of kind \(number)")
                }
                kind = known
            default: break
            }
        }
        guard score.isFinite, !text.isEmpty else {
            throw .damaged(
                file: file, problem: "piece \(kinds.count) is empty or its score is not finite")
        }
        if let problem = vocabulary.problem(with: text) {
            throw .damaged(file: file, problem: problem)
        }
        if kind == .byte { throw .unsupported(file: file, problem: "byte fallback") }
        vocabulary.append([], score: Double(score))
        pieceRanges.append(text.startIndex..<text.endIndex)
        kinds.append(kind)
    }

    private func checkTrainer(_ message: ArraySlice<UInt8>) throws(TokenizationError) {
        var reader = ProtobufReader(message, file: file)
        while let field = try reader.next() {
            if field.number == 3, case .varint(let type) = field.value, type != Self.unigram {
                throw .unsupported(
                    file: file, problem: "a SentencePiece model of type \(type); supported: unigram"
                )
            }
        }
    }

    private mutating func readNormalizer(
        _ message: ArraySlice<UInt8>
    ) throws(TokenizationError) {
        var reader = ProtobufReader(message, file: file)
        while let field = try reader.next() {
            switch (field.number, field.value) {
            case (2, .bytes(let blob)): charsmapBytes = blob
            case (3...5, .varint(0)):
                throw .unsupported(
                    file: file,
                    problem: "a normalizer without dummy prefix, with extra spaces, or "
                        + "without escaped spaces")
            default: break
            }
        }
    }
}
