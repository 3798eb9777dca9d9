import AjanCompute
package import Foundation

/// Turns text into the token ids of a model, exactly as the reference implementation does.
///
/// A folder with `tokenizer.json` is read as the Rust library `tokenizers` reads it, one with only
/// `sentencepiece.bpe.model` as `sentencepiece` with fairseq's ids, one with only `vocab.txt` as
/// BERT. Where these disagree on a text is listed in docs/NUMERICS.md.
package struct Tokenizer: Sendable {
    /// What happens to a text between added tokens, before the model.
    enum Preparation: Sendable {
        /// `tokenizers`: grapheme-wise charsmap, then words.
        case unigramWords(Charsmap?, UnigramWords)
        /// `sentencepiece`: the whole text at once.
        case sentencePiece(Charsmap)
        case bert(BertText)
    }

    enum Model: Sendable {
        case unigram(UnigramModel)
        case wordPiece(WordPieceModel)
    }

    /// Ids that may occur are below this.
    package let vocabularySize: Int
    /// The longest text that the tokenizer's own files allow, special tokens included; nil for no
    /// limit.
    package let maxLength: Int?
    /// Ids put before and after every text.
    package let prefixIDs: [Int32]
    package let suffixIDs: [Int32]

    let preparation: Preparation
    let model: Model
    let addedTokens: AddedTokens
    /// Bytes of every piece by id; for people.
    let pieces: PieceTable
    let plainText: PlainText
    let scratches: TokenizerScratches

    /// Opens the tokenizer in `folder`.
    ///
    /// - Throws: `TokenizationError`.
    package init(folder: URL) throws(TokenizationError) {
        let json = folder.appendingPathComponent("tokenizer.json")
        let sentencePiece = folder.appendingPathComponent("sentencepiece.bpe.model")
        let vocabulary = folder.appendingPathComponent("vocab.txt")
        if let json = try BoundedFile.map(json) {
            if let cached = try TokenizerCache.tokenizer(in: folder, of: json) {
                self = cached
            } else {
                self = try Tokenizer(json: json)
            }
        } else if let bytes = try BoundedFile.bytes(at: sentencePiece) {
            self = try SentencePieceFile(bytes, file: sentencePiece.path).tokenizer()
        } else if let bytes = try BoundedFile.bytes(at: vocabulary) {
            self = try VocabularyFile(bytes, folder: folder).tokenizer()
        } else {
            throw .noTokenizer(folder: folder.path)
        }
    }

    /// The tokenizer that a vocabulary describes.
    package init(_ vocabulary: UnigramVocabulary) throws(TokenizationError) {
        self = try TokenizerJSON([UInt8](vocabulary.tokenizerJSON), file: "tokenizer.json")
            .tokenizer()
    }

    /// Reads a `tokenizer.json`.
    init(json: MappedFile) throws(TokenizationError) {
        let bytes = unsafe json.withBytes { unsafe Array($0) }
        self = try TokenizerJSON(bytes, file: json.path).tokenizer()
    }

    init(
        vocabularySize: Int, maxLength: Int? = nil, prefixIDs: [Int32], suffixIDs: [Int32],
        preparation: Preparation, model: Model, addedTokens: AddedTokens, pieces: PieceTable
    ) {
        self.vocabularySize = vocabularySize
        self.maxLength = maxLength
        self.prefixIDs = prefixIDs
        self.suffixIDs = suffixIDs
        self.preparation = preparation
        self.model = model
        self.addedTokens = addedTokens
        self.pieces = pieces
        scratches = TokenizerScratches()
        if case .unigramWords(let charsmap, _) = preparation {
            plainText = PlainText(charsmap)
        } else {
            plainText = PlainText(nil)
        }
    }

    /// Tokens that are added around every text.
    package var specialTokenCount: Int { prefixIDs.count + suffixIDs.count }

    /// The tokens of `text` with the special ones around them; nothing is cut.
    ///
    /// - Complexity: linear in the bytes of the text.
    package func encode(_ text: String) -> Encoding {
        var encoding = Encoding()
        for id in prefixIDs { encoding.append(id, 0..<0, isSpecial: true) }
        encodeContent(Array(text.utf8), into: &encoding)
        let end = text.utf8.count
        for id in suffixIDs { encoding.append(id, end..<end, isSpecial: true) }
        return encoding
    }

    /// The tokens of `text` alone.
    package func encodeContent(_ text: String) -> Encoding {
        var encoding = Encoding()
        encodeContent(Array(text.utf8), into: &encoding)
        return encoding
    }

    /// Content ids with the special tokens around them.
    package func wrap(_ content: some Collection<Int32>) -> [Int32] {
        prefixIDs + content + suffixIDs
    }

    /// The first tokens of `text`, at most `limit` of them, special ones included: the end of the
    /// content goes, the end token stays.
    package func encode(_ text: String, truncatingTo limit: Int) -> [Int32] {
        wrap(encodeContent(text).ids.prefix(max(0, limit - specialTokenCount)))
    }

    /// The piece of the vocabulary at `id`, for people; bytes that are not UTF-8 show as U+FFFD.
    package func piece(for id: Int32) -> String {
        String(decoding: pieces[Int(id)], as: UTF8.self)
    }
}
