/// What can be wrong with a file of data; every case prints as one line.
package enum DataFileError: Error, Equatable, CustomStringConvertible {
    /// There is no such file, or it may not be read.
    case unreadable(path: String)
    /// Its bytes are not what its form promises.
    case damaged(path: String, problem: String)
    /// A line beyond the limit: an attack, or the wrong file.
    case lineTooLong(path: String, line: Int, byteCountMax: Int)
    /// Bytes that could not be compressed; the machine is out of memory.
    case notCompressed(byteCount: Int)

    package var description: String {
        switch self {
        case .unreadable(let path): "\(path): the file cannot be read"
        case .damaged(let path, let problem): "\(path): \(problem)"
        case .lineTooLong(let path, let line, let byteCountMax):
            "\(path):\(line): the line is longer than \(byteCountMax) bytes"
        case .notCompressed(let byteCount): "\(byteCount) bytes could not be compressed"
        }
    }
}
