import AjanCompute
package import AjanEmbed

/// What the index needs from a model.
package protocol PassageEmbedder: Sendable {
    /// Length of a vector.
    var dimensions: Int { get }

    /// What decides the vectors; compared before an index is opened.
    func fingerprint() throws -> IndexFingerprint

    /// Vectors of length 1, one per text, in order.
    func vectors(of texts: [String], role: Role) throws -> [[Float]]

    /// Tokens of `text` without prompt and special tokens.
    func tokenCount(of text: String) -> Int
}

/// The first numbers of another model's vectors, scaled to length 1 again: for models trained so
/// that prefixes work on their own (Matryoshka).
struct PrefixEmbedder: PassageEmbedder {
    let base: any PassageEmbedder
    let dimensions: Int

    func fingerprint() throws -> IndexFingerprint {
        try base.fingerprint().shortened(to: dimensions)
    }

    func vectors(of texts: [String], role: Role) throws -> [[Float]] {
        try base.vectors(of: texts, role: role).map { vector in
            var prefix = Array(vector.prefix(dimensions))
            VectorMath.normalize(&prefix)
            return prefix
        }
    }

    func tokenCount(of text: String) -> Int { base.tokenCount(of: text) }
}

/// A model as the index sees it: long texts go through the encoder in windows.
package struct ModelEmbedder: PassageEmbedder {
    private let name: String
    private let encoder: SentenceEncoder
    private let tokenizer: TextTokenizer

    /// - Parameter name: how people call the model; goes into messages, not into comparisons.
    package init(name: String, encoder: SentenceEncoder) {
        self.name = name
        self.encoder = encoder
        tokenizer = encoder.textTokenizer
    }

    package var dimensions: Int { encoder.dimensions }

    package func fingerprint() throws -> IndexFingerprint {
        IndexFingerprint(
            model: name, modelSHA256: try encoder.fingerprint(), dimensions: dimensions,
            queryPrompt: encoder.prompt(for: .query), passagePrompt: encoder.prompt(for: .passage),
            longText: LongText.window.rawValue, maxTokens: encoder.maxTokens,
            precision: encoder.arithmetic)
    }

    package func vectors(of texts: [String], role: Role) throws -> [[Float]] {
        try encoder.encode(texts, role: role, longText: .window).map(\.vector)
    }

    package func tokenCount(of text: String) -> Int {
        tokenizer.tokens(of: text).count { !$0.isSpecial }
    }
}
