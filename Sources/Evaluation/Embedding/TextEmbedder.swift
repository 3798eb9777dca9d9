package import AjanEmbed
import Compute

/// Whatever turns texts into vectors. The same text, role and treatment of long texts must always
/// give the same vector as long as the fingerprint stays the same.
package protocol TextEmbedder: Sendable {
    /// Identifies the model and everything else that changes its vectors: precision, and the
    /// kernels of the processor.
    func vectorFingerprint() throws -> String

    /// One embedding per text, in order.
    func embed(_ texts: [String], role: Role, longText: LongText) throws -> [SentenceEmbedding]
}

extension SentenceEncoder: TextEmbedder {
    package func vectorFingerprint() throws -> String {
        let scaled = options.normalizes ? "normalized" : "raw"
        return "\(try fingerprint())/\(options.precision.rawValue)/\(maxTokens)/\(scaled)"
            + "/\(Self.encodingVersion)/\(KernelSelection.current.name)"
    }

    package func embed(
        _ texts: [String], role: Role, longText: LongText
    ) throws -> [SentenceEmbedding] {
        try encode(texts, role: role, longText: longText)
    }
}
