import AjanCompute

/// What can go wrong with a download. Each case prints as one line: what, where, and what to do.
package enum HubError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The text names no repository.
    case invalidName(String, problem: String)
    /// A setting from the environment cannot be used.
    case setting(name: String, problem: String)
    /// The network must not be used.
    case offline(repository: String)
    /// The server knows no such repository, revision or file, or does not show it to us.
    case notFound(what: String, status: Int)
    /// The repository lists a file that would leave its folder, or that cannot be a file here.
    case hostileName(String, problem: String)
    /// Nothing in the repository was wanted.
    case nothingToPull(repository: String)
    /// More bytes than allowed.
    case tooLarge(what: String, byteCount: Int, limit: Int)
    /// The disk has too little room.
    case noSpace(path: String, needed: Int, free: Int)
    /// A file arrived with another length than was announced.
    case wrongLength(file: String, expected: Int, got: Int)
    /// A file arrived with other bytes than the repository states.
    case wrongChecksum(file: String, expected: String, got: String)
    /// The server asks to wait for longer than we are willing to.
    case busy(url: String, seconds: Int)
    /// The server answered with something that is no answer.
    case badAnswer(url: String, problem: String)
    /// The connection failed, again and again.
    case network(url: String, problem: String)
    /// What downloads need is not installed.
    case noLibrary(problem: String)
    /// Another process is pulling the same repository.
    case locked(path: String)

    package var description: String {
        switch self {
        case .invalidName(let name, let problem):
            "\(quoted: name) names no repository: \(problem); write ORG/NAME or ORG/NAME@REVISION"
        case .setting(let name, let problem): "\(name): \(problem)"
        case .offline(let repository):
            "\(repository) is not in the cache, and the network is switched off "
                + "(--offline, AJAN_OFFLINE or HF_HUB_OFFLINE)"
        case .notFound(let what, let status):
            "\(what): the server answers \(status); it does not exist, or it is private or gated: "
                + "then set HF_TOKEN"
        case .hostileName(let name, let problem):
            "the repository lists the file \(quoted: name), which is refused: \(problem)"
        case .nothingToPull(let repository):
            "\(repository) has no file that is wanted; choose with --include, or take --all"
        case .tooLarge(let what, let byteCount, let limit):
            "\(what) has \(byteCount) bytes, the limit is \(limit); raise it with --max-gigabytes"
        case .noSpace(let path, let needed, let free):
            "\(path): \(needed) bytes are needed, \(free) are free"
        case .wrongLength(let file, let expected, let got):
            "\(file): \(got) bytes arrived, the repository states \(expected); nothing was kept"
        case .wrongChecksum(let file, let expected, let got):
            "\(file): its checksum is \(got), the repository states \(expected); nothing was kept"
        case .busy(let url, let seconds):
            "\(url): the server asks to wait for \(seconds) s; try again later"
        case .badAnswer(let url, let problem): "\(url): \(problem)"
        case .network(let url, let problem):
            "\(url): \(problem); run the command again to go on where it stopped"
        case .noLibrary(let problem): "nothing can be downloaded: \(problem)"
        case .locked(let path): "\(path): another process is pulling it; wait until it is done"
        }
    }
}
