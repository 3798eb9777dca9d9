import AjanEncoder
import AjanTokenization
import Foundation

extension ModelFolder {
    /// Opens the tokenizer and checks that it fits the other files of the folder.
    ///
    /// - Parameter maxTokens: of one window, as the caller has chosen it.
    /// - Throws: `TokenizationError`; `ModelError.mismatch` when it knows more pieces than the
    ///   embedding table has rows, or special tokens or a prompt leave too little of a window.
    func tokenizer(maxTokens: Int) throws -> Tokenizer {
        let tokenizer = try Tokenizer(folder: transformer)
        guard tokenizer.vocabularySize <= configuration.vocabularySize else {
            throw ModelError.mismatch(
                "\(url.path): the tokenizer knows \(tokenizer.vocabularySize) pieces, the embedding "
                    + "table has \(configuration.vocabularySize) rows; "
                    + "the two files belong to different models")
        }
        guard tokenizer.specialTokenCount < maxTokens else {
            throw ModelError.mismatch(
                "\(url.path): the tokenizer puts \(tokenizer.specialTokenCount) special tokens "
                    + "around every text, which leaves no room for it in \(maxTokens) tokens")
        }
        for role in Role.allCases {
            let count = tokenizer.encodeContent(prompts[role]).ids.count
            guard 2 * count < self.maxTokens else {
                throw ModelError.mismatch(
                    "\(url.path): the prompt of the role \(role.rawValue) has \(count) tokens, "
                        + "which must be less than half of the \(self.maxTokens) tokens of a "
                        + "window")
            }
        }
        return tokenizer
    }
}
