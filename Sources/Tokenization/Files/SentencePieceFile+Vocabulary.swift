import AjanJSON
import Foundation

extension SentencePieceFile {
    /// The vocabulary as `tokenizers` reads it: the document that `transformers` makes of an
    /// XLM-RoBERTa SentencePiece model, with fairseq's ids.
    func vocabularyDocument() throws(TokenizationError) -> UnigramVocabulary {
        let added = Self.specialPieces + [Self.maskPiece]
        let pieces = try fairseqPieces()
        let ids = Dictionary(
            uniqueKeysWithValues: added.enumerated().map { index, text in
                (Array(text.utf8), Int32(text == Self.maskPiece ? pieces.count - 1 : index))
            })
        return UnigramVocabulary(
            pieces: pieces, addedTokens: ids, unknownID: 3,
            document: Self.document(added: added, ids: ids, charsmap: Data(charsmapBytes)))
    }

    /// Piece i of the file has the id i + 1; the specials come before, the mask token last.
    private func fairseqPieces() throws(TokenizationError) -> [UnigramVocabulary.Piece] {
        guard kinds.first == .unknown, kinds.count > 3,
            kinds[1...2].allSatisfy({ $0 == .control }),
            kinds[3...].allSatisfy({ $0 == .normal })
        else {
            throw .unsupported(
                file: file,
                problem: "a SentencePiece model whose pieces are not <unk>, two control pieces and "
                    + "then normal ones; train it with the standard ids and without user symbols")
        }
        let specials = Self.specialPieces.map { Array($0.utf8) }
        let normal = kinds.indices.dropFirst(3).map { index in
            UnigramVocabulary.Piece(bytes: Array(piece(index)), score: vocabulary.scores[index])
        }
        return specials.map { .init(bytes: $0, score: 0) } + normal
            + [.init(bytes: Array(Self.maskPiece.utf8), score: 0)]
    }

    private static func document(
        added: [String], ids: [[UInt8]: Int32], charsmap: Data
    ) -> JSONValue {
        func id(_ text: String) -> JSONValue { JSONValue(Int(ids[Array(text.utf8)] ?? 0)) }
        func special(_ text: String) -> JSONValue {
            .object(["SpecialToken": .object(["id": JSONValue(text), "type_id": JSONValue(0)])])
        }
        let sequence = JSONValue.object([
            "Sequence": .object(["id": JSONValue("A"), "type_id": JSONValue(0)])
        ])
        let metaspace = JSONValue.object([
            "type": JSONValue("Metaspace"), "replacement": JSONValue("▁"),
            "prepend_scheme": JSONValue("always"), "split": .bool(true),
        ])
        let tokens = added.map { text in
            JSONValue.object([
                "id": id(text), "content": JSONValue(text), "single_word": .bool(false),
                "lstrip": .bool(text == maskPiece), "rstrip": .bool(false),
                "normalized": .bool(false), "special": .bool(true),
            ])
        }
        let framing = ["<s>", "</s>"].map { text in
            (
                text,
                JSONValue.object([
                    "id": JSONValue(text), "ids": .array([id(text)]),
                    "tokens": .array([JSONValue(text)]),
                ])
            )
        }
        return .object([
            "version": JSONValue("1.0"), "truncation": .null, "padding": .null,
            "added_tokens": .array(tokens),
            "normalizer": .object([
                "type": JSONValue("Precompiled"),
                "precompiled_charsmap": JSONValue(charsmap.base64EncodedString()),
            ]),
            "pre_tokenizer": .object([
                "type": JSONValue("Sequence"),
                "pretokenizers": .array([
                    .object(["type": JSONValue("WhitespaceSplit")]), metaspace,
                ]),
            ]),
            "post_processor": .object([
                "type": JSONValue("TemplateProcessing"),
                "single": .array([special("<s>"), sequence, special("</s>")]),
                "pair": .array([
                    special("<s>"), sequence, special("</s>"), special("</s>"),
                    .object([
                        "Sequence": .object(["id": JSONValue("B"), "type_id": JSONValue(0)])
                    ]), special("</s>"),
                ]),
                "special_tokens": .object(Dictionary(uniqueKeysWithValues: framing)),
            ]),
            "decoder": metaspace,
            "model": .object([
                "type": JSONValue("Unigram"), "unk_id": JSONValue(3), "vocab": .array([]),
                "byte_fallback": .bool(false),
            ]),
        ])
    }
}
