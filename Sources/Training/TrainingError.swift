/// What can go wrong while a model is trained.
package enum TrainingError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The configuration asks for something that has no backward pass here.
    case unsupported(String)
    /// A setting is out of its range.
    case setting(name: String, problem: String)
    /// A batch does not fit the model or the objective; `index` counts the batches of the step.
    case batch(index: Int, problem: String)
    /// The loss or the gradient became NaN or infinite; the parameters are those before the step.
    case notFinite(step: Int, batch: Int?, what: String)
    /// A saved state belongs to another model or another run.
    case state(file: String, problem: String)

    package var description: String {
        switch self {
        case .unsupported(let what): "training does not support \(what)"
        case .setting(let name, let problem): "\(name): \(problem)"
        case .batch(let index, let problem): "batch \(index) of the step: \(problem)"
        case .notFinite(let step, let batch, let what):
            "step \(step)\(batch.map { ", batch \($0)" } ?? ""): \(what) is not finite; "
                + "lower the learning rate or set a gradient limit"
        case .state(let file, let problem): "\(file): \(problem)"
        }
    }
}
