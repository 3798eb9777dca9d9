package import AjanEmbed
package import AjanRetrieval

/// A served model as an index sees it: questions go through the engine's queue, together with all
/// other requests for the model.
package struct EngineEmbedder: PassageEmbedder {
    private let engine: EmbeddingEngine
    private let base: any PassageEmbedder

    /// - Parameter base: the same model; gives the fingerprint and counts tokens.
    package init(engine: EmbeddingEngine, base: any PassageEmbedder) {
        self.engine = engine
        self.base = base
    }

    package var dimensions: Int { base.dimensions }

    package func fingerprint() throws -> IndexFingerprint { try base.fingerprint() }

    package func vectors(of texts: [String], role: Role) throws -> [[Float]] {
        try engine.embedAndWait(EmbeddingRequest(texts, role: role)).map(\.vector)
    }

    package func tokenCount(of text: String) -> Int { base.tokenCount(of: text) }
}
