import AjanTokenization
import AjanTurkishText
public import Foundation

/// The tokenizer of a model, without its weights: opens in milliseconds.
public struct TextTokenizer: Sendable {
    let tokenizer: Tokenizer
    let prompts: Prompts
    let textContract: TextContract?

    /// Opens the tokenizer of the model folder at `url`.
    ///
    /// - Throws: `ModelError`.
    public init(_ url: URL) throws {
        do {
            let folder = try ModelFolder(url)
            self.init(tokenizer: try Tokenizer(folder: folder.transformer), folder: folder)
        } catch {
            throw ModelError(error)
        }
    }

    init(tokenizer: Tokenizer, folder: ModelFolder) {
        self.tokenizer = tokenizer
        prompts = folder.prompts
        textContract = folder.textContract
    }

    /// The tokens of `text` as the encoder sees them, special tokens included, nothing cut.
    ///
    /// - Parameter role: decides the prompt in front of the text; byte ranges count it, and are
    ///   those of the text as the model's text contract leaves it.
    public func tokens(of text: String, role: Role = .none) -> [Token] {
        let encoding = tokenizer.encode(prepared(text, role: role))
        return encoding.ids.indices.map { index in
            Token(
                piece: tokenizer.piece(for: encoding.ids[index]), id: Int(encoding.ids[index]),
                byteRange: encoding.offsets[index], isSpecial: encoding.isSpecial[index])
        }
    }
}

extension TextTokenizer {
    /// The ids of the tokens of `text`, special tokens included, nothing cut: rows of the embedding
    /// table.
    public func ids(of text: String, role: Role = .none) -> [Int32] {
        tokenizer.encode(prepared(text, role: role)).ids
    }

    /// The text as the tokenizer reads it: cleaned by the text contract, behind the prompt.
    private func prepared(_ text: String, role: Role) -> String {
        prompts.apply(to: textContract?.apply(to: text) ?? text, role: role)
    }
}

/// One token of a text.
public struct Token: Sendable, Equatable, Codable {
    /// The piece of the vocabulary; `▁` marks the start of a word in SentencePiece vocabularies.
    public let piece: String
    /// Its row in the embedding table.
    public let id: Int
    /// Where the text was that became this token, in bytes of its UTF-8 form; empty for special
    /// tokens.
    public let byteRange: Range<Int>
    /// Whether the tokenizer added it (begin, end).
    public let isSpecial: Bool
}
