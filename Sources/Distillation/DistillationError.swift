/// What can go wrong between a recipe and a finished model. Each case prints as one line: what,
/// where, and what to do.
package enum DistillationError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The recipe asks for something that is wrong or impossible; nothing was computed.
    case recipe(file: String, line: Int, problem: String)
    /// A training text cannot be read.
    case corpus(file: String, line: Int?, problem: String)
    /// A teacher cache that does not belong to this teacher, corpus or settings, or is damaged.
    case cache(folder: String, problem: String)
    /// A model cannot be cut or given another vocabulary as asked.
    case surgery(String)
    /// A run folder that belongs to another recipe, or lacks what a stage needs.
    case run(folder: String, problem: String)
    /// The loss stopped being a number.
    case notFinite(step: Int, batch: String)
    /// A file or folder cannot be written.
    case file(path: String, problem: String)
    /// Another rank of a parallel run has gone or disagrees.
    case ranks(String)

    package var description: String {
        switch self {
        case .recipe(let file, let line, let problem): "\(file):\(line): \(problem)"
        case .corpus(let file, let line?, let problem): "\(file):\(line): \(problem)"
        case .corpus(let file, nil, let problem): "\(file): \(problem)"
        case .cache(let folder, let problem): "teacher cache \(folder): \(problem)"
        case .surgery(let problem): problem
        case .run(let folder, let problem): "run \(folder): \(problem)"
        case .notFinite(let step, let batch):
            "step \(step): the loss is not finite (\(batch)); the last checkpoint is sound: lower "
                + "training.learning-rate or training.clip-norm and run again with another output"
        case .file(let path, let problem): "\(path): \(problem)"
        case .ranks(let problem): problem
        }
    }
}
