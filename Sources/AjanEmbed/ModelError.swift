import AjanAccelerator
import AjanCompute
public import Foundation

/// What can go wrong between a model folder and a vector. Each case prints as one line: what,
/// where, and what to do.
public enum ModelError: Error, Sendable, Equatable, CustomStringConvertible {
    /// No model of that name or at that path.
    case notFound(model: String, looked: [String])
    /// A file of the folder is missing, damaged, or of a kind that is not supported.
    case invalidFile(String)
    /// Two files of the folder contradict each other.
    case mismatch(String)
    /// A text is too long and `LongText.error` was asked for.
    case textTooLong(index: Int, tokens: Int, limit: Int)
    /// The encoder produced a number that is not finite for the text at `index`, or a vector that
    /// cannot be scaled to length 1.
    case notFinite(index: Int, cause: String)
    /// There is no device, or it cannot compute this model.
    case device(String)
    /// A choice that no encoder can be opened with.
    case invalidOption(String)

    /// One line for people.
    public var description: String {
        switch self {
        case .notFound(let model, let looked):
            "no model \(quoted: model): looked in \(looked.joined(separator: ", ")); "
                + Self.wayToGet(model)
        case .invalidFile(let problem), .mismatch(let problem), .device(let problem),
            .invalidOption(let problem):
            problem
        case .textTooLong(let index, let tokens, let limit):
            "text \(index + 1) has \(tokens) tokens and the model takes \(limit): "
                + "allow windows or truncation, or shorten it"
        case .notFinite(let index, let cause):
            "text \(index + 1) gave a vector that is not finite: \(cause)"
        }
    }

    /// What to do about a model that is not there.
    private static func wayToGet(_ model: String) -> String {
        let parts = model.split(separator: "/", omittingEmptySubsequences: false)
        let isRepository =
            parts.count == 2 && !parts[0].isEmpty && !model.hasPrefix(".") && !model.hasPrefix("~")
        return isRepository
            ? "fetch it with `ajan pull \(model)`, or give a model folder"
            : "give a model folder, or ORG/NAME after `ajan pull ORG/NAME`"
    }
}

extension ModelError: LocalizedError {
    /// The same line as `description`.
    public var errorDescription: String? { description }
}

extension ModelError {
    /// What the parts below found, as an error that callers can tell apart.
    init(_ error: any Error) {
        switch error {
        case let error as ModelError: self = error
        case let error as AcceleratorError: self = .device("\(error)")
        default: self = .invalidFile(SystemReason.line(for: error) ?? "\(error)")
        }
    }
}
