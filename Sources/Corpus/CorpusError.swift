/// What can go wrong between a recipe and a snapshot; every case prints as one line.
package enum CorpusError: Error, Equatable, CustomStringConvertible {
    /// A recipe that asks for what cannot be.
    case recipe(path: String, line: Int, problem: String)
    /// An input that is not there or cannot be read.
    case input(path: String, problem: String)
    /// A line of a data file that breaks the rules of its format.
    case line(path: String, line: Int, problem: String)
    /// More lines are broken than the recipe allows.
    case brokenLines(path: String, broken: Int, of: Int, shareMax: Double, firstLine: Int)
    /// A snapshot, or a build that is under way, that is not what it should be.
    case snapshot(path: String, problem: String)
    /// The system refused to write.
    case write(path: String, problem: String)

    package var description: String {
        switch self {
        case .recipe(let path, let line, let problem): "\(path):\(line): \(problem)"
        case .input(let path, let problem): "\(path): \(problem)"
        case .line(let path, let line, let problem): "\(path):\(line): \(problem)"
        case .brokenLines(let path, let broken, let count, let shareMax, let firstLine):
            "\(path): \(broken) of \(count) lines are broken (the first is line \(firstLine)), "
                + "broken_share_max is \(shareMax); repair the file or raise the share"
        case .snapshot(let path, let problem): "\(path): \(problem)"
        case .write(let path, let problem): "cannot write \(path): \(problem)"
        }
    }
}
