import AjanCompute
package import AjanEmbed

/// Whatever turns texts into vectors. The same text, role and treatment of long texts must always
/// give the same vector as long as the fingerprint stays the same.
package protocol TextEmbedder: Sendable {
    /// Identifies the model and everything else that changes its vectors: precision, and the
    /// kernels of the processor.
    func vectorFingerprint() throws -> String

    /// Length of a vector.
    var dimensions: Int { get }

    /// One embedding per text, in order.
    func embed(_ texts: [String], role: Role, longText: LongText) throws -> [SentenceEmbedding]

    /// Texts of one call that keep the model busy.
    var textsPerCall: Int { get }

    /// Calls that should run at a time: while one waits for a device, another prepares its texts or
    /// writes what it got.
    var callsAtATime: Int { get }
}

extension TextEmbedder {
    package var textsPerCall: Int { 256 }
    package var callsAtATime: Int { 1 }
}

extension SentenceEncoder: TextEmbedder {
    package func vectorFingerprint() throws -> String {
        let scaled = options.normalizes ? "normalized" : "raw"
        let prefix = options.dimensions.map { "/first-\($0)" } ?? ""
        return "\(try fingerprint())/\(arithmetic)/\(maxTokens)/\(scaled)"
            + "/\(Self.encodingVersion)/\(kernels)\(prefix)"
    }

    package var textsPerCall: Int { usesDevice ? 4_096 : 256 }
    package var callsAtATime: Int { usesDevice ? 3 : 1 }

    package func embed(
        _ texts: [String], role: Role, longText: LongText
    ) throws -> [SentenceEmbedding] {
        try encode(texts, role: role, longText: longText)
    }
}
