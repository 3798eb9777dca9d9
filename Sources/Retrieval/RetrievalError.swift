/// What can go wrong with an index. Each case prints as one line: what, where, and what to do.
package enum RetrievalError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The folder is no index, or an index of a later version.
    case notAnIndex(path: String, problem: String)
    /// The index was made with another model or other choices than it is now opened with.
    case fingerprint(path: String, differences: [String], command: String)
    /// Another process is writing to the index.
    case locked(path: String)
    /// A file of the index is damaged.
    case damaged(path: String, problem: String)
    /// A file to be indexed, or a line of it, cannot be used.
    case source(path: String, line: Int?, problem: String)
    /// A search asked for something that cannot be done.
    case request(String)
    /// A question file cannot be used.
    case questions(path: String, line: Int, problem: String)

    package var description: String {
        switch self {
        case .notAnIndex(let path, let problem): "\(path): \(problem)"
        case .fingerprint(let path, let differences, let command):
            "\(path) was made differently (\(differences.joined(separator: "; "))); name the model "
                + "that it was made with, or embed it anew, which forgets what `ajan tune` found: "
                + command
        case .locked(let path):
            "\(path): another process is writing to this index; wait until it is done"
        case .damaged(let path, let problem):
            "\(path) is damaged: \(problem); build the index again"
        case .source(let path, let line, let problem):
            line.map { "\(path):\($0): \(problem)" } ?? "\(path): \(problem)"
        case .request(let problem): problem
        case .questions(let path, let line, let problem): "\(path):\(line): \(problem)"
        }
    }
}
