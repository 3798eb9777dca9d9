/// What can be wrong with the parts of a model that the encoder reads.
package enum EncoderError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A configuration file is missing, unreadable, or describes another kind of model.
    case configuration(file: String, problem: String)
    /// A tensor that the configuration promises is not there or has another shape.
    case weights(file: String, problem: String)
    /// A token id outside the vocabulary reached the encoder.
    case tokenID(Int, vocabularySize: Int)
    /// A sequence longer than the position table reached the encoder.
    case sequenceTooLong(tokens: Int, limit: Int)

    package var problem: String {
        switch self {
        case .configuration(_, let problem), .weights(_, let problem): problem
        case .tokenID(let id, let size): "token id \(id) is outside the vocabulary of \(size)"
        case .sequenceTooLong(let tokens, let limit):
            "a sequence of \(tokens) tokens exceeds the \(limit) positions of the model"
        }
    }

    package var description: String {
        switch self {
        case .configuration(let file, _), .weights(let file, _): "\(file): \(problem)"
        case .tokenID, .sequenceTooLong: problem
        }
    }
}
