import AjanCompute
import AjanSafetensors
package import Foundation

/// A tokenizer as it stands in memory, written to a file that is mapped instead of being read.
///
/// `tokenizer.json` of XLM-RoBERTa takes a tenth of a second to read; the file beside it,
/// `tokenizer.safetensors`, takes a millisecond and only the pages that are used. It is a cache:
/// the fingerprint of the `tokenizer.json` that it was made from stands in it, and beside another
/// one it is left alone. Only Unigram tokenizers are kept this way; the files of others are small.
package enum TokenizerCache {
    /// Name of the file inside a model folder.
    package static let fileName = "tokenizer.safetensors"

    static let format = "ajan-tokenizer-2"

    /// The parts of a tokenizer that are no arrays of numbers; in the file as JSON metadata.
    struct Settings: Codable, Equatable {
        struct Added: Codable, Equatable {
            let bytes: [UInt8]
            let id: Int32
            let stripsLeft: Bool
            let stripsRight: Bool
            let isSingleWord: Bool
        }

        let vocabularySize: Int
        let prefixIDs: [Int32]
        let suffixIDs: [Int32]
        let unknownID: Int32
        let worstScore: Double
        let arithmetic: UnigramModel.Arithmetic
        let words: UnigramWords
        let added: [Added]
    }

    /// Names of the tensors.
    enum Name {
        static let trie = "trie"
        static let scores = "scores"
        static let pieceBytes = "pieces.bytes"
        static let pieceEnds = "pieces.ends"
        static let charsmapUnits = "charsmap.units"
        static let charsmapTexts = "charsmap.texts"
    }

    /// The fingerprint of a tokenizer.json.
    static func fingerprint(of json: MappedFile) -> String {
        let hash = unsafe json.withBytes { bytes in unsafe ContentHash.of(bytes) }
        return "\(json.byteCount)-\(String(hash, radix: 16))"
    }

    /// Writes the cache of the tokenizer in `folder` into the folder `target`, which holds the same
    /// `tokenizer.json`; false when there is nothing worth keeping.
    ///
    /// - Throws: `TokenizationError`, `AtomicFileError`.
    package static func write(for folder: URL, into target: URL) throws -> Bool {
        let json = folder.appendingPathComponent("tokenizer.json")
        guard FileManager.default.fileExists(atPath: json.path) else { return false }
        let tokenizer = try Tokenizer(json: try MappedFile(path: json.path))
        guard case .unigramWords(let charsmap, let words) = tokenizer.preparation,
            case .unigram(let model) = tokenizer.model
        else { return false }
        let settings = Settings(tokenizer, model: model, words: words)
        // Sorted, so that the same tokenizer gives the same bytes.
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let text = String(decoding: try encoder.encode(settings), as: UTF8.self)
        try SafetensorsWriter.write(
            tensors(of: tokenizer, model: model, charsmap: charsmap),
            metadata: [
                "format": format, "settings": text,
                "source": fingerprint(of: try MappedFile(path: json.path)),
            ],
            to: target.appendingPathComponent(fileName))
        return true
    }

    private static func tensors(
        of tokenizer: Tokenizer, model: UnigramModel, charsmap: Charsmap?
    ) -> [SafetensorsWriter.Tensor] {
        func tensor<Element>(
            _ name: String, _ type: TensorType, _ array: RegionArray<Element>
        ) -> SafetensorsWriter.Tensor {
            SafetensorsWriter.Tensor(
                info: TensorInfo(name: name, type: type, shape: [array.count]),
                region: array.region)
        }
        var tensors = [
            tensor(Name.trie, .u64, model.trie.units),
            tensor(Name.scores, .f64, model.scores),
            tensor(Name.pieceBytes, .u8, tokenizer.pieces.bytes),
            tensor(Name.pieceEnds, .i32, tokenizer.pieces.ends),
        ]
        if let charsmap {
            tensors += [
                tensor(Name.charsmapUnits, .u32, RegionArray(charsmap.units)),
                tensor(Name.charsmapTexts, .u8, RegionArray(charsmap.replacements)),
            ]
        }
        return tensors
    }
}

extension TokenizerCache.Settings {
    init(_ tokenizer: Tokenizer, model: UnigramModel, words: UnigramWords) {
        vocabularySize = tokenizer.vocabularySize
        prefixIDs = tokenizer.prefixIDs
        suffixIDs = tokenizer.suffixIDs
        unknownID = model.unknownID
        worstScore = model.worstScore
        arithmetic = model.arithmetic
        self.words = words
        added = tokenizer.addedTokens.tokens.map {
            Added(
                bytes: $0.bytes, id: $0.id, stripsLeft: $0.stripsLeft,
                stripsRight: $0.stripsRight, isSingleWord: $0.isSingleWord)
        }
    }
}
