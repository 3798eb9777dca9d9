package import AjanEmbed

/// What the engine asks of a model.
package protocol EmbeddingBackend: Sendable {
    /// Length of a vector.
    var dimensions: Int { get }

    /// Calls that may run at the same time, each on a processor of its own.
    var lanes: Int { get }

    /// One embedding per text, in order. Called from the engine's own threads only.
    ///
    /// - Parameter alone: true to compute on the calling thread only, because other calls keep the
    ///   other processors busy; false to use all processors.
    func embed(
        _ texts: [String], role: Role, longText: LongText, alone: Bool
    ) throws -> [SentenceEmbedding]

    /// Tokens of `text` as the encoder would see it, prompt and special tokens included.
    func tokenCount(of text: String, role: Role) -> Int
}

/// A real model behind the engine.
package struct ModelBackend: EmbeddingBackend {
    private let encoder: SentenceEncoder
    private let tokenizer: TextTokenizer

    package init(_ encoder: SentenceEncoder) {
        self.encoder = encoder
        tokenizer = encoder.textTokenizer
    }

    package var dimensions: Int { encoder.dimensions }

    package var lanes: Int { encoder.threads }

    package func embed(
        _ texts: [String], role: Role, longText: LongText, alone: Bool
    ) throws -> [SentenceEmbedding] {
        try encoder.encode(texts, role: role, longText: longText, alone: alone)
    }

    package func tokenCount(of text: String, role: Role) -> Int {
        tokenizer.tokens(of: text, role: role).count
    }
}
