package import AjanCompute

/// What can be wrong with the tokenizer files of a model.
package enum TokenizationError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The folder has none of the files that describe a tokenizer.
    case noTokenizer(folder: String)
    /// The file cannot be read.
    case unreadable(MappedFileError)
    /// The file contradicts its own format.
    case damaged(file: String, problem: String)
    /// The file describes a tokenizer of a kind that is not supported.
    case unsupported(file: String, problem: String)

    package var description: String {
        switch self {
        case .noTokenizer(let folder):
            "\(folder): no tokenizer; looked for tokenizer.json, sentencepiece.bpe.model, vocab.txt"
        case .unreadable(let error): "\(error)"
        case .damaged(let file, let problem):
            "\(file): the tokenizer is damaged: \(problem); fetch it again"
        case .unsupported(let file, let problem): "\(file): not supported: \(problem)"
        }
    }
}
