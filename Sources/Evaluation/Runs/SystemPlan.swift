package import AjanEmbed

/// Which system is measured, and how it treats texts.
package struct SystemPlan: Sendable {
    package enum Kind: String, Sendable, CaseIterable {
        /// The model alone.
        case dense
        /// The words alone; needs no model.
        case bm25
        /// Model and words, fused by reciprocal rank.
        case rrf
        /// Model and words, fused by the sum of standardised scores.
        case sum

        package var needsModel: Bool { self != .bm25 }
    }

    package var kind: Kind
    package var longText: LongText
    /// False embeds every text without a prompt, whatever its role.
    package var usesPrompts: Bool
    package var terms: LexicalTerms

    package init(
        kind: Kind = .dense, longText: LongText = .window, usesPrompts: Bool = true,
        terms: LexicalTerms = .firstFive
    ) {
        self.kind = kind
        self.longText = longText
        self.usesPrompts = usesPrompts
        self.terms = terms
    }

    /// Settings that a run file records.
    package var settings: [String: String] {
        var settings: [String: String] = [:]
        if kind.needsModel {
            settings["longText"] = longText.rawValue
            settings["prompts"] = usesPrompts ? "model" : "none"
        }
        if kind != .dense { settings["terms"] = terms.rawValue }
        return settings
    }

    var queryRole: Role { usesPrompts ? .query : .none }
    var passageRole: Role { usesPrompts ? .passage : .none }

    /// The system; `store` is nil only for a lexical baseline. A robustness variant may give
    /// queries another role.
    func system(store: EmbeddingStore?, queryRole: Role? = nil) -> any RetrievalSystem {
        let lexical = BM25(terms: terms.terms)
        guard let store, kind.needsModel else { return lexical }
        let dense = DenseSystem(
            store: store, queryRole: queryRole ?? self.queryRole, passageRole: passageRole,
            longText: longText)
        switch kind {
        case .dense, .bm25: return dense
        case .rrf: return HybridSystem(dense, lexical, fusion: .reciprocalRank)
        case .sum: return HybridSystem(dense, lexical, fusion: .calibratedSum)
        }
    }
}
