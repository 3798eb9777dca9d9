import Compute

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

    /// fairseq's ids of the special tokens.
    private static let specialPieces = ["<s>", "<pad>", "</s>", "<unk>"]
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
        shifted.append(Array("<mask>".utf8))
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

    private var pieceEnds: [Range<Int>] = []

    func piece(_ index: Int) -> ArraySlice<UInt8> { bytes[pieceEnds[index]] }

    private mutating func readPiece(_ message: ArraySlice<UInt8>) throws(TokenizationError) {
        guard kinds.count < 4_000_000 else {
            throw .damaged(file: file, problem: "it has more than 4 million pieces")
        }
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
        if kind == .byte { throw .unsupported(file: file, problem: "byte fallback") }
        vocabulary.append([], score: Double(score))
        pieceEnds.append(text.startIndex..<text.endIndex)
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

/// Steps through the fields of a protobuf message, with every read checked.
struct ProtobufReader {
    enum Value {
        case varint(UInt64)
        case fixed32(UInt32)
        case fixed64
        case bytes(ArraySlice<UInt8>)
    }

    private var rest: ArraySlice<UInt8>
    private let file: String

    init(_ message: ArraySlice<UInt8>, file: String) {
        rest = message
        self.file = file
    }

    /// The next field; nil at the end of the message.
    mutating func next() throws(TokenizationError) -> (number: Int, value: Value)? {
        guard !rest.isEmpty else { return nil }
        let key = try varint()
        let number = Int(truncatingIfNeeded: key >> 3)
        switch key & 7 {
        case 0: return (number, .varint(try varint()))
        case 1:
            _ = try take(8)
            return (number, .fixed64)
        case 2: return (number, .bytes(try take(try varint())))
        case 5:
            let bits = try take(4).reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            return (number, .fixed32(bits))
        default: throw damaged("a field of unknown kind")
        }
    }

    private mutating func varint() throws(TokenizationError) -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 64, by: 7) {
            guard let byte = rest.popFirst() else { throw damaged("it breaks off") }
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
        }
        throw damaged("a number without end")
    }

    private mutating func take(_ count: UInt64) throws(TokenizationError) -> ArraySlice<UInt8> {
        guard count <= UInt64(rest.count) else { throw damaged("it breaks off") }
        let taken = rest.prefix(Int(count))
        rest = rest.dropFirst(Int(count))
        return taken
    }

    private func damaged(_ problem: String) -> TokenizationError {
        .damaged(file: file, problem: "\(problem) (byte \(rest.startIndex))")
    }
}
