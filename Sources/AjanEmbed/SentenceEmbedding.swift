import AjanCompute

/// The vector of one text, and how much of the text went into it.
public struct SentenceEmbedding: Sendable, Hashable, Codable {
    /// `SentenceEncoder.dimensions` numbers; of length 1 unless normalisation was switched off.
    public var vector: [Float]
    /// Tokens of the whole text, prompt and special tokens included.
    public let tokens: Int
    /// Tokens that took part in the vector. Fewer than `tokens` only with `LongText.truncate`.
    public let kept: Int
    /// Pieces in which the text went through the encoder; 1 unless `LongText.window` cut it.
    public let windows: Int

    /// For models of your own; encoders of this library fill it themselves.
    public init(vector: [Float], tokens: Int, kept: Int, windows: Int) {
        self.vector = vector
        self.tokens = tokens
        self.kept = kept
        self.windows = windows
    }

    /// The cosine of the angle between the two vectors, from -1 to 1: how near their texts are, as
    /// the model sees it. 0 when one of them is zero.
    ///
    /// - Precondition: both have the same number of dimensions.
    public func similarity(to other: SentenceEmbedding) -> Float {
        let lengths = VectorMath.dot(vector, vector) * VectorMath.dot(other.vector, other.vector)
        return lengths > 0 ? VectorMath.dot(vector, other.vector) / lengths.squareRoot() : 0
    }
}

/// What a text is for. Retrieval models are trained with one prompt for questions and another for
/// the passages that answer them; taking the wrong one halves the retrieval score of the E5 family.
public enum Role: String, Sendable, CaseIterable, Codable {
    /// A question or a search.
    case query
    /// A document, or a piece of one, that may be found.
    case passage
    /// No prompt at all.
    case none
}

/// What happens to a text that has more tokens than the model has positions.
public enum LongText: String, Sendable, CaseIterable, Codable {
    /// Windows end to end, as few as possible, each with the prompt; their vectors are averaged by
    /// their share of the tokens and normalised. Nothing is lost.
    case window
    /// The end of the text is cut off; `SentenceEmbedding.kept` tells how much is left.
    case truncate
    /// Encoding throws `ModelError.textTooLong`.
    case error
}
