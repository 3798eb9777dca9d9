import AjanCompute
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOHTTP1

/// Around every request: its id, the watch on its client, its error body, its metrics and its line
/// in the log. The line holds no text of the request.
struct RequestScope: RouterMiddleware {
    typealias Context = ServingContext

    let connections: ConnectionRegistry
    let metrics: ServerMetrics
    let drain: AtomicFlag
    /// Methods of each path that is served.
    let methods: [String: [String]]

    private static let idHeader = HTTPField.Name("x-request-id")
    private static let idLengthMax = 64

    func handle(
        _ request: Request, context: ServingContext,
        next: (Request, ServingContext) async throws -> Response
    ) async throws -> Response {
        let start = ContinuousClock.now
        var context = context
        context.requestID = Self.id(of: request)
        context.departure = connections.departure(of: context.channel)
        var response: Response
        var code: String?
        do {
            response = try await next(request, context)
        } catch let error as HTTPParserError {
            throw error  // The connection is no longer readable; Hummingbird ends it.
        } catch {
            let reply = ErrorReply(named(error, request))
            if reply.status.code >= 500 {
                context.logger.error(
                    "request failed",
                    metadata: ["request": "\(context.requestID)", "error": "\(error)"])
            }
            code = reply.code
            response = reply.response()
        }
        if let header = Self.idHeader { response.headers[header] = context.requestID }
        if drain.isSet { response.headers[.connection] = "close" }
        note(request, context, response, code, ContinuousClock.now - start)
        return response
    }

    private func note(
        _ request: Request, _ context: ServingContext, _ response: Response, _ code: String?,
        _ duration: Duration
    ) {
        let route = context.endpointPath ?? "other"
        metrics.note(route: route, status: response.status.code, duration: duration)
        context.logger.info(
            "request",
            metadata: [
                "request": "\(context.requestID)", "method": "\(request.method.rawValue)",
                "route": "\(route)", "status": "\(response.status.code)",
                "ms": "\((duration / .microseconds(1)).rounded() / 1000)",
            ].merging(code.map { ["code": "\($0)"] } ?? [:]) { $1 })
    }

    /// The router's "not found", told apart from a wrong method.
    private func named(_ error: any Error, _ request: Request) -> any Error {
        guard let error = error as? HTTPError, error.status == .notFound else { return error }
        return ServingError.noRoute(
            path: String(request.uri.path.prefix(100)), allowed: methods[request.uri.path] ?? [])
    }

    /// The client's id when it is short and harmless, else a new one.
    private static func id(of request: Request) -> String {
        let given = idHeader.flatMap { request.headers[$0] } ?? ""
        let isHarmless = given.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte & 0xDF)
                || byte == 0x2D || byte == 0x2E || byte == 0x5F
        }
        if isHarmless, (1...idLengthMax).contains(given.utf8.count) { return given }
        let id = UInt64.random(in: .min ... .max)
        let digits = String(id, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
