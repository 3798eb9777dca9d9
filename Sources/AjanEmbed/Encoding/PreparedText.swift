import AjanTokenization
import AjanTurkishText

/// A text on its way into the encoder: the token ids of its windows, and the counts of tokens that
/// its `SentenceEmbedding` will report.
struct PreparedText: Sendable {
    /// Token ids with special tokens, one array per window.
    let windows: [[Int32]]
    /// Body tokens of each window: its weight in the mean.
    let weights: [Int]
    /// Tokens at the start of every window that belong to the prompt, the begin token included.
    let promptTokens: Int
    /// Tokens of the whole text, prompt and special tokens included.
    let tokens: Int
    /// Tokens that reach the encoder.
    let kept: Int
}

/// Turns a text and its role into windows.
struct TextPreparer: Sendable {
    let tokenizer: Tokenizer
    let prompts: Prompts
    /// Cleans texts before the prompt is put in front; nil for models made elsewhere.
    let textContract: TextContract?
    /// Most tokens of a window, special tokens included.
    let maxTokens: Int

    /// - Parameter index: position of the text in the call, for the error.
    /// - Throws: `ModelError.textTooLong` with `LongText.error`.
    func prepare(
        _ text: String, role: Role, longText: LongText, index: Int
    ) throws(ModelError) -> PreparedText {
        let prompted = prompts.apply(to: textContract?.apply(to: text) ?? text, role: role)
        let content = tokenizer.encodeContent(prompted)
        let tokens = content.ids.count + tokenizer.specialTokenCount
        let promptBytes = role == .none ? 0 : prompts.promptByteCount(of: prompted)
        let promptCount = content.offsets.prefix { $0.upperBound <= promptBytes }.count
        let capacity = maxTokens - tokenizer.specialTokenCount
        if content.ids.count <= capacity || longText == .truncate {
            let ids = tokenizer.wrap(content.ids.prefix(capacity))
            return PreparedText(
                windows: [ids], weights: [1], promptTokens: promptCount + 1, tokens: tokens,
                kept: ids.count)
        }
        if longText == .error {
            throw .textTooLong(index: index, tokens: tokens, limit: maxTokens)
        }
        return windowed(
            content.ids, promptCount: min(promptCount, capacity / 2), capacity: capacity,
            tokens: tokens)
    }

    private func windowed(
        _ ids: [Int32], promptCount: Int, capacity: Int, tokens: Int
    ) -> PreparedText {
        let prompt = ids[..<promptCount]
        let body = ids[promptCount...]
        let plan = WindowPlan(bodyCount: body.count, capacity: capacity - promptCount)
        let windows = plan.ranges.map { range in
            tokenizer.wrap(
                prompt + body[(promptCount + range.lowerBound)..<(promptCount + range.upperBound)])
        }
        return PreparedText(
            windows: windows, weights: plan.ranges.map(\.count), promptTokens: promptCount + 1,
            tokens: tokens, kept: tokens)
    }
}
