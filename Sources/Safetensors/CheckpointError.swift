/// What can be wrong with a weight file. Prints as one line: file, what, got and expected, what to do.
package enum CheckpointError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The folder has no weight file of a known name.
    case noWeights(folder: String, looked: [String])
    /// The file cannot be opened or mapped.
    case unreadable(file: String, problem: String)
    /// The file contradicts its own format.
    case damaged(file: String, problem: String)
    /// The file asks for something that this reader does not do, such as running code.
    case refused(file: String, problem: String)
    /// There is no tensor of that name.
    case missingTensor(file: String, name: String)
    /// A tensor has another shape than the model needs.
    case wrongShape(file: String, name: String, found: [Int], expected: [Int])
    /// A tensor has a number format that cannot be used here.
    case wrongType(file: String, name: String, found: String)
    /// A tensor holds a number that is not finite.
    case notFinite(file: String, name: String, index: Int)

    package var description: String {
        switch self {
        case .noWeights(let folder, let looked):
            "\(folder): no weights; looked for \(looked.joined(separator: ", "))"
        case .unreadable(let file, let problem): "\(file): \(problem)"
        case .damaged(let file, let problem):
            "\(file): the file is damaged: \(problem); fetch it again"
        case .refused(let file, let problem): "\(file): refused: \(problem)"
        case .missingTensor(let file, let name):
            "\(file): there is no tensor '\(name)'; the file belongs to another kind of model"
        case .wrongShape(let file, let name, let found, let expected):
            "\(file): the tensor '\(name)' has the shape \(found), expected \(expected); "
                + "weights and config.json belong to different models"
        case .wrongType(let file, let name, let found):
            "\(file): the tensor '\(name)' holds \(found) numbers, expected F32, F16 or BF16"
        case .notFinite(let file, let name, let index):
            "\(file): the tensor '\(name)' holds a number that is not finite at index \(index); "
                + "fetch the file again"
        }
    }
}
