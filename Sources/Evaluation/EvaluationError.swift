import AjanCompute
package import AjanDocuments

/// What can go wrong between a data folder and a report; every case prints as one line.
package enum EvaluationError: Error, Equatable, CustomStringConvertible {
    /// A file that cannot be read or written.
    case file(path: String, problem: String)
    /// A data file that cannot be read, or whose bytes are damaged.
    case unreadable(DataFileError)
    /// A line of a data file that breaks the rules of its format.
    case line(path: String, line: Int, problem: String)
    /// A task name that is neither declared nor given with a data folder.
    case unknownTask(name: String, known: [String])
    /// A declared task whose data folder was not found.
    case missingData(task: String, looked: [String])
    /// A folder that holds no data set that this program reads.
    case notADataSet(path: String)
    /// Results that cannot be put side by side.
    case incomparable(String)
    /// An embedder that broke its promise (wrong count, wrong size, not a number).
    case embedder(String)

    package var description: String {
        switch self {
        case .file(let path, let problem):
            "\(path): \(problem)"
        case .unreadable(let error): "\(error)"
        case .line(let path, let line, let problem):
            "\(path):\(line): \(problem)"
        case .unknownTask(let name, let known):
            "unknown task \(quoted: name); known: \(known.joined(separator: ", ")); "
                + "for a data set of your own, add --data DIR"
        case .missingData(let task, let looked):
            "no data for task \(quoted: task); looked in \(looked.joined(separator: ", ")); "
                + "set AJAN_DATA or give --data DIR"
        case .notADataSet(let path):
            "\(path): no data set here; expected corpus.jsonl, queries.jsonl and qrels/*.tsv, "
                + "or a *.jsonl of sentence1 and sentence2"
        case .incomparable(let reason): reason
        case .embedder(let reason): "the model's output cannot be used: \(reason)"
        }
    }
}
