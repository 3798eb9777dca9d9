import AjanEmbed
import AjanTokenization
import AjanTurkishText
import Foundation

/// What the student reads of a text: contract, prompt, tokens, cut at its window.
struct StudentText: Sendable {
    let tokenizer: Tokenizer
    let prompts: Prompts
    let contract: TextContract?
    let maxTokens: Int

    /// Token ids of `text` with prompt and special tokens.
    func ids(_ text: String, role: Role) -> [Int32] {
        let clean = contract?.apply(to: text) ?? text
        return tokenizer.encode(prompts.apply(to: clean, role: role), truncatingTo: maxTokens)
    }
}
