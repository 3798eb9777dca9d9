package import AjanEmbed

/// A text's vector and the receipt of what went into it.
package struct EmbeddedText: Hashable, Sendable {
    package let vector: [Float]
    /// Tokens of the whole text, prompt included.
    package let tokens: Int
    /// Tokens that took part in the vector.
    package let kept: Int
    /// Windows in which a long text was read.
    package let windows: Int

    package init(vector: [Float], tokens: Int, kept: Int, windows: Int) {
        self.vector = vector
        self.tokens = tokens
        self.kept = kept
        self.windows = windows
    }
}

/// Whatever turns texts into vectors. The same text, role and treatment of long texts must always
/// give the same vector as long as the fingerprint stays the same.
package protocol TextEmbedder: Sendable {
    /// Identifies the model and everything else that changes its vectors, precision included.
    func vectorFingerprint() throws -> String

    /// One embedding per text, in order.
    func embed(_ texts: [String], role: Role, longText: LongText) throws -> [EmbeddedText]
}

extension SentenceEncoder: TextEmbedder {
    package func vectorFingerprint() throws -> String {
        let scaled = options.normalizes ? "normalized" : "raw"
        return "\(try fingerprint())/\(options.precision.rawValue)/\(maxTokens)/\(scaled)"
            + "/\(Self.encodingVersion)"
    }

    package func embed(
        _ texts: [String], role: Role, longText: LongText
    ) throws -> [EmbeddedText] {
        try encode(texts, role: role, longText: longText).map {
            EmbeddedText(vector: $0.vector, tokens: $0.tokens, kept: $0.kept, windows: $0.windows)
        }
    }
}
