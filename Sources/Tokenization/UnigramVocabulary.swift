import AjanCompute
import AjanJSON
package import Foundation

/// The vocabulary of a Unigram tokenizer with everything around it (normaliser, special tokens),
/// for making another one out of it: fewer pieces, the rest unchanged.
package struct UnigramVocabulary: Sendable {
    /// A piece and its log probability.
    package struct Piece: Sendable, Equatable {
        package let bytes: [UInt8]
        package let score: Double
    }

    /// Pieces by id.
    package let pieces: [Piece]
    /// Tokens that are cut out of a text before the model sees it, by their text; some lie behind
    /// the pieces.
    package let addedTokens: [[UInt8]: Int32]
    package let unknownID: Int32
    /// tokenizer.json without its pieces.
    let document: JSONValue

    /// Ids that may occur are below this.
    package var count: Int { max(pieces.count, Int(addedTokens.values.max() ?? -1) + 1) }

    /// Reads a `tokenizer.json`, a folder that holds one (or a `sentencepiece.bpe.model`), or a
    /// SentencePiece model, which gets the ids of XLM-RoBERTa.
    ///
    /// - Throws: `TokenizationError`; `.unsupported` for a vocabulary that is not Unigram.
    package init(contentsOf url: URL) throws(TokenizationError) {
        var isFolder: ObjCBool = false
        _ = unsafe FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder)
        let names = ["tokenizer.json", "sentencepiece.bpe.model"]
        let candidates = isFolder.boolValue ? names.map { url.appendingPathComponent($0) } : [url]
        for file in candidates {
            guard let bytes = try BoundedFile.bytes(at: file) else { continue }
            self =
                try file.pathExtension == "json"
                ? UnigramVocabulary(json: bytes, file: file.path)
                : SentencePieceFile(bytes, file: file.path).vocabularyDocument()
            return
        }
        throw .noTokenizer(folder: url.path)
    }

    private init(json bytes: [UInt8], file: String) throws(TokenizationError) {
        guard case .object(var fields) = try JSONScanner.value(of: bytes, file: file),
            case .object(var model)? = fields["model"], let unknown = model["unk_id"]?.int,
            let entries = model["vocab"]?.array
        else {
            throw .unsupported(
                file: file, problem: "the vocabulary is not Unigram; supported: Unigram")
        }
        pieces = try entries.map { entry throws(TokenizationError) in
            guard let pair = entry.array, pair.count == 2, let bytes = pair[0].bytes,
                case .number(let score) = pair[1]
            else { throw .damaged(file: file, problem: "a piece has no score") }
            guard bytes.count <= TokenizerLimit.pieceByteCountMax else {
                throw .damaged(file: file, problem: "a piece of \(bytes.count) bytes")
            }
            return Piece(bytes: bytes, score: score)
        }
        guard pieces.indices.contains(unknown) else {
            throw .damaged(file: file, problem: "unk_id is outside the vocabulary")
        }
        unknownID = Int32(unknown)
        addedTokens = try Self.addedTokens(fields, file: file)
        model["vocab"] = .array([])
        fields["model"] = .object(model)
        document = .object(fields)
        guard document.specialIDs.allSatisfy({ (0..<count).contains($0.int ?? -1) }) else {
            throw .damaged(
                file: file, problem: "a special token whose id is outside the vocabulary")
        }
    }

    init(
        pieces: [Piece], addedTokens: [[UInt8]: Int32], unknownID: Int32, document: JSONValue
    ) {
        self.pieces = pieces
        self.addedTokens = addedTokens
        self.unknownID = unknownID
        self.document = document
    }

    private static func addedTokens(
        _ fields: [String: JSONValue], file: String
    ) throws(TokenizationError) -> [[UInt8]: Int32] {
        var tokens: [[UInt8]: Int32] = [:]
        for token in fields["added_tokens"]?.array ?? [] {
            guard let bytes = token["content"]?.bytes, let id = token["id"]?.int,
                (0..<VocabularyLimit.countMax).contains(id)
            else {
                throw .damaged(file: file, problem: "an added token lacks its content or id")
            }
            tokens[bytes] = Int32(id)
        }
        return tokens
    }

    /// The vocabulary of only `ids` (ascending), renumbered in their order.
    ///
    /// Added tokens, the unknown piece and the piece of the lowest score must be among them: the
    /// last decides what an unknown character costs, and with it which segmentation wins.
    package func keeping(_ ids: [Int32]) -> UnigramVocabulary {
        let renumbered = Dictionary(
            uniqueKeysWithValues: ids.enumerated().map { ($1, Int32($0)) })
        func new(_ id: Int32) -> Int32 {
            guard let new = renumbered[id] else {
                preconditionFailure("the special token \(id) must be kept")
            }
            return new
        }
        return UnigramVocabulary(
            pieces: ids.filter { Int($0) < pieces.count }.map { pieces[Int($0)] },
            addedTokens: addedTokens.mapValues(new), unknownID: new(unknownID),
            document: document.renumbered(new))
    }

    /// Ids that `keeping` needs, whatever else is kept.
    package var indispensableIDs: Set<Int32> {
        var ids = Set(addedTokens.values)
        ids.formUnion(document.specialIDs.compactMap { $0.int.flatMap(Int32.init(exactly:)) })
        ids.insert(unknownID)
        if let worst = pieces.indices.min(by: { pieces[$0].score < pieces[$1].score }) {
            ids.insert(Int32(worst))
        }
        return ids
    }

    /// The bytes of `tokenizer.json`.
    package var tokenizerJSON: Data {
        guard case .object(var fields) = document, case .object(var model)? = fields["model"] else {
            preconditionFailure("a vocabulary has a model")
        }
        model["vocab"] = .array(pieces.map { .array([.string($0.bytes), .number($0.score)]) })
        model["unk_id"] = JSONValue(Int(unknownID))
        fields["model"] = .object(model)
        return JSONValue.object(fields).json
    }
}

extension JSONValue {
    /// The ids of the document's added tokens and of its post-processor.
    fileprivate var specialIDs: [JSONValue] {
        let added = (self["added_tokens"]?.array ?? []).compactMap { $0["id"] }
        guard let processor = self["post_processor"] else { return added }
        let framing = ["cls", "sep"].compactMap { processor[$0]?.array?.last }
        guard case .object(let tokens)? = processor["special_tokens"] else {
            return added + framing
        }
        return added + framing + tokens.values.flatMap { $0["ids"]?.array ?? [] }
    }

    /// The document with the ids of its added tokens and of its post-processor changed.
    fileprivate func renumbered(_ new: (Int32) -> Int32) -> JSONValue {
        guard case .object(var fields) = self else { return self }
        func moved(_ value: JSONValue) -> JSONValue {
            value.int.map { JSONValue(Int(new(Int32(truncatingIfNeeded: $0)))) } ?? value
        }
        fields["added_tokens"] = .array(
            (fields["added_tokens"]?.array ?? []).map { token in
                guard case .object(var parts) = token else { return token }
                parts["id"] = parts["id"].map(moved)
                return .object(parts)
            })
        if case .object(var processor)? = fields["post_processor"] {
            for key in ["cls", "sep"] {
                if case .array(let pair)? = processor[key], pair.count == 2 {
                    processor[key] = .array([pair[0], moved(pair[1])])
                }
            }
            if case .object(let tokens)? = processor["special_tokens"] {
                processor["special_tokens"] = .object(
                    tokens.mapValues { token in
                        guard case .object(var parts) = token else { return token }
                        parts["ids"] = .array((parts["ids"]?.array ?? []).map(moved))
                        return .object(parts)
                    })
            }
            fields["post_processor"] = .object(processor)
        }
        return .object(fields)
    }
}

extension Tokenizer {
    /// The ids that spell `piece`, a piece of another vocabulary (`▁` marks the start of a word),
    /// in this one; nil when this tokenizer is not Unigram.
    package func spelling(of piece: [UInt8]) -> [Int32]? {
        guard case .unigram(let model) = model else { return nil }
        var scratch = UnigramModel.Scratch()
        model.segment(piece, 0..<piece.count, &scratch)
        return scratch.pieces.map(\.id)
    }
}
