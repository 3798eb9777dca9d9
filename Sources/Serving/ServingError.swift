import AjanCompute

/// What can go wrong in serving. Each case prints as one line: what, where, and what to do. No case
/// carries the text of a request.
package enum ServingError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The body is no JSON, or not of the promised kind.
    case invalidBody(String)
    /// A field of the body cannot be used. `index` is the position of the bad item among many.
    case invalidField(String, index: Int?, problem: String)
    /// The request is larger than the server allows.
    case tooLarge(field: String?, index: Int?, problem: String)
    /// No model or index of that name is served.
    case unknown(kind: String, name: String, known: [String])
    /// There is no such path, or not with this method.
    case noRoute(path: String, allowed: [String])
    /// The API key is missing or wrong.
    case unauthorized
    /// The `Host` header names another machine than the one that this server is for.
    case foreignHost(String)
    /// The queue is full; it should have room again after this time.
    case overloaded(retryAfterSeconds: Int)
    /// The client went away before its request was computed.
    case abandoned
    /// The server is going down and takes no new work.
    case stopping
    /// The model gave a vector that is not finite.
    case notFinite(index: Int, cause: String)
    /// The server cannot be started like this.
    case configuration(String)

    package var description: String {
        switch self {
        case .invalidBody(let problem), .configuration(let problem): problem
        case .invalidField(let field, let index, let problem):
            "\(Self.place(field, index)): \(problem)"
        case .tooLarge(let field, let index, let problem):
            field.map { "\(Self.place($0, index)): \(problem)" } ?? problem
        case .unknown(let kind, let name, let known):
            "no \(kind) \(quoted: name) is served here; there is: \(known.joined(separator: ", "))"
        case .noRoute(let path, let allowed):
            allowed.isEmpty
                ? "there is no \(path); GET / shows a page, docs/SERVING.md lists the paths"
                : "\(path) takes \(allowed.joined(separator: ", "))"
        case .unauthorized:
            "the API key is missing or wrong; send it as 'Authorization: Bearer KEY'"
        case .foreignHost(let host):
            "this server listens on loopback and was called as \(quoted: host); "
                + "start it with --allow-host \(host) if that is meant"
        case .overloaded(let seconds):
            "the queue is full; try again in \(seconds) s"
        case .abandoned: "the client went away before its request was computed"
        case .stopping: "the server is going down; ask another one"
        case .notFinite(let index, let cause):
            "text \(index) gave a vector that is not finite: \(cause)"
        }
    }

    private static func place(_ field: String, _ index: Int?) -> String {
        index.map { "\(field)[\($0)]" } ?? field
    }
}
