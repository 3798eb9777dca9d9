package import AjanCompute

/// What can be wrong with a weight file. Prints as one line: file, what, got and expected, what to
/// do.
package enum CheckpointError: Error, Sendable, Equatable {
    /// The folder has no weight file of a known name.
    case noWeights(folder: String, looked: [String])
    /// The file cannot be opened or mapped.
    case unreadable(MappedFileError)
    /// The file contradicts its own format, or ends too early.
    case damaged(file: String, problem: String)
    /// The file asks for something that this reader does not do, such as running code.
    case refused(file: String, problem: String)
    /// An index names a shard that is not in its folder.
    case missingShard(index: String, shard: String)
    /// There is no tensor of that name.
    case missingTensor(file: String, name: String)
    /// A tensor has another shape than the model needs.
    case wrongShape(file: String, name: String, found: [Int], expected: [Int])
    /// A tensor has a number format that cannot be used here.
    case wrongType(file: String, name: String, found: String)
    /// A tensor holds a number that is not finite; `index` counts its numbers in row-major order.
    case notFinite(file: String, name: String, index: Int)
}

extension CheckpointError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .noWeights(let folder, let looked):
            "\(folder): no weights; looked for \(looked.joined(separator: ", "))"
        case .unreadable(let error): "\(error)"
        case .damaged(let file, let problem):
            "\(file): the file is damaged: \(problem); fetch it again"
        case .refused(let file, let problem): "\(file): refused: \(problem)"
        case .missingShard(let index, let shard):
            "\(index): the shard \(quoted: shard) is not in the folder; fetch it into the same place"
        case .missingTensor(let file, let name):
            "\(file): there is no tensor \(quoted: name); the file belongs to another kind of model"
        case .wrongShape(let file, let name, let found, let expected):
            "\(file): the tensor \(quoted: name) has the shape \(found), expected \(expected); "
                + "weights and config.json belong to different models"
        case .wrongType(let file, let name, let found):
            "\(file): the tensor \(quoted: name) holds \(found) numbers, expected F32, F16 or BF16; "
                + "save the model again in one of these"
        case .notFinite(let file, let name, let index):
            "\(file): the tensor \(quoted: name) holds a number that is not finite at index "
                + "\(index); fetch the file again"
        }
    }
}
