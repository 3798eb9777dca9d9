import HTTPTypes
import Hummingbird

/// Lets in who carries an API key, and, on loopback, who calls the server by a name of loopback: a
/// web page that points its own name at 127.0.0.1 does not reach the indexes of this machine.
struct AccessControl: RouterMiddleware {
    typealias Context = ServingContext

    private let keys: APIKeys
    /// Nil lets in every name.
    private let hosts: Set<String>?

    /// Paths that tell nothing of models and texts.
    private static let openPaths = Set(Page.files.map(\.path) + ["/health", "/ready"])

    init(_ configuration: ServingConfiguration) {
        keys = APIKeys(configuration.apiKeys)
        hosts =
            configuration.isLoopback
            ? Set(
                ["localhost", "127.0.0.1", "[::1]", configuration.host]
                    + configuration.allowedHosts) : nil
    }

    func handle(
        _ request: Request, context: ServingContext,
        next: (Request, ServingContext) async throws -> Response
    ) async throws -> Response {
        if let hosts, let authority = request.head.authority {
            let host = Self.hostName(authority)
            guard hosts.contains(host) else {
                throw ServingError.foreignHost(String(host.prefix(100)))
            }
        }
        let isOpen = Self.openPaths.contains(request.uri.path)
        guard isOpen || keys.accept(authorization: request.headers[.authorization]) else {
            throw ServingError.unauthorized
        }
        return try await next(request, context)
    }

    /// The authority without its port, in lower case.
    private static func hostName(_ authority: String) -> String {
        var bytes = Array(authority.utf8)
        if let colon = bytes.lastIndex(of: UInt8(ascii: ":")), bytes.last != UInt8(ascii: "]") {
            bytes.removeSubrange(colon...)
        }
        let lower = bytes.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
        return String(decoding: lower, as: UTF8.self)
    }
}
