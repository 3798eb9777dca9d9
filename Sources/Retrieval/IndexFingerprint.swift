import AjanCompute

/// What decides the vectors of an index. Two models of equal dimension are not interchangeable, so
/// an index is opened only with what it was made with.
package struct IndexFingerprint: Codable, Equatable, Sendable {
    /// How people call the model; not compared.
    package let model: String
    /// SHA-256 over weights, tokenizer and configuration.
    package let modelSHA256: String
    package let dimensions: Int
    /// What stands in front of questions and passages.
    package let queryPrompt: String
    package let passagePrompt: String
    /// What happens to texts beyond `maxTokens`.
    package let longText: String
    package let maxTokens: Int
    /// How the model computed (`int8`, `f32`, `cuda-bf16`, `cuda-f32`).
    package let precision: String

    package init(
        model: String, modelSHA256: String, dimensions: Int, queryPrompt: String,
        passagePrompt: String, longText: String, maxTokens: Int, precision: String
    ) {
        self.model = model
        self.modelSHA256 = modelSHA256
        self.dimensions = dimensions
        self.queryPrompt = queryPrompt
        self.passagePrompt = passagePrompt
        self.longText = longText
        self.maxTokens = maxTokens
        self.precision = precision
    }

    /// Arithmetic of the same weights whose vectors differ by rounding only: what a device has
    /// embedded, the processor may search with f32, and the other way round.
    private static let near: Set = ["f32", "cuda-f32", "cuda-bf16"]

    /// The same model with the first `dimensions` numbers of its vectors.
    func shortened(to dimensions: Int) -> IndexFingerprint {
        IndexFingerprint(
            model: model, modelSHA256: modelSHA256, dimensions: dimensions,
            queryPrompt: queryPrompt, passagePrompt: passagePrompt, longText: longText,
            maxTokens: maxTokens, precision: precision)
    }

    /// Whether the processor computes questions for the index in f32.
    package var wantsF32: Bool { Self.near.contains(precision) }

    /// The options of a command that computes in this arithmetic.
    var options: String {
        switch precision {
        case "cuda-bf16": "--device cuda"
        case "cuda-f32": "--device cuda --precision f32"
        default: "--precision \(precision)"
        }
    }

    /// What questions are compared by: the rounding of a device is no difference to them. An index
    /// itself is never of two kinds.
    func differences(ofQuestionsFrom other: IndexFingerprint) -> [String] {
        let isNear = Self.near.isSuperset(of: [precision, other.precision])
        return differences(from: other, precision: isNear ? other.precision : precision)
    }

    /// What is not the same in `other`, in words; empty when the two go together.
    package func differences(from other: IndexFingerprint) -> [String] {
        differences(from: other, precision: precision)
    }

    private func differences(from other: IndexFingerprint, precision: String) -> [String] {
        func pair(_ what: String, _ own: String, _ others: String) -> String? {
            own.utf8.elementsEqual(others.utf8) ? nil : "\(what) \(own), now \(others)"
        }
        let models =
            modelSHA256 == other.modelSHA256
            ? nil
            : "model \(model) [\(modelSHA256.prefix(12))], "
                + "now \(other.model) [\(other.modelSHA256.prefix(12))]"
        return [
            models,
            pair("dimensions", "\(dimensions)", "\(other.dimensions)"),
            pair("query prompt", "\(quoted: queryPrompt)", "\(quoted: other.queryPrompt)"),
            pair("passage prompt", "\(quoted: passagePrompt)", "\(quoted: other.passagePrompt)"),
            pair("long texts", longText, other.longText),
            pair("window", "\(maxTokens) tokens", "\(other.maxTokens) tokens"),
            pair("precision", precision, other.precision),
        ].compactMap { $0 }
    }
}
