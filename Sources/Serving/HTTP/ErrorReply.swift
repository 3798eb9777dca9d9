import AjanEmbed
import AjanRetrieval
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// An error as clients see it: a status, and a body in the form of OpenAI's API with the position
/// of the bad item besides.
struct ErrorReply: Equatable {
    let status: HTTPResponse.Status
    /// `invalid_request_error`, `authentication_error`, `rate_limit_error` or `server_error`.
    let type: String
    let code: String
    let message: String
    var field: String?
    var index: Int?
    var headers: [String: String] = [:]

    /// The body.
    private struct Body: Encodable {
        struct Error: Encodable {
            let message: String
            let type: String
            let param: String?
            let code: String
            let index: Int?

            func encode(to encoder: any Encoder) throws {
                var container = encoder.container(keyedBy: Key.self)
                try container.encode(message, forKey: .message)
                try container.encode(type, forKey: .type)
                try container.encode(param, forKey: .param)
                try container.encode(code, forKey: .code)
                try container.encodeIfPresent(index, forKey: .index)
            }

            enum Key: CodingKey { case message, type, param, code, index }
        }

        let error: Error
    }

    func response() -> Response {
        let param = field.map { name in index.map { "\(name)[\($0)]" } ?? name }
        let body = Body(
            error: .init(message: message, type: type, param: param, code: code, index: index))
        var response = JSONResponse.of(body, status: status)
        for (name, value) in headers {
            if let name = HTTPField.Name(name) { response.headers[name] = value }
        }
        return response
    }

    private static func invalid(
        _ code: String, _ message: String, status: HTTPResponse.Status = .badRequest,
        field: String? = nil, index: Int? = nil, headers: [String: String] = [:]
    ) -> ErrorReply {
        ErrorReply(
            status: status, type: "invalid_request_error", code: code, message: message,
            field: field, index: index, headers: headers)
    }
}

extension ErrorReply {
    /// - Parameter error: anything; what is not known here becomes a 500 that tells nothing.
    init(_ error: any Error) {
        switch error {
        case let error as ServingError: self = Self.of(error)
        case let RetrievalError.request(problem): self = .invalid("invalid_value", problem)
        case is NIOTooManyBytesError:
            self = .invalid(
                "too_large", "the body is too large", status: .contentTooLarge)
        default:
            self = ErrorReply(
                status: .internalServerError, type: "server_error", code: "internal_error",
                message: "the request failed inside the server; its log tells why")
        }
    }

    private static func of(_ error: ServingError) -> ErrorReply {
        let message = "\(error)"
        switch error {
        case .invalidBody: return .invalid("invalid_json", message)
        case .invalidField(let field, let index, _):
            return .invalid("invalid_value", message, field: field, index: index)
        case .tooLarge(let field, let index, _):
            return .invalid(
                "too_large", message, status: .contentTooLarge, field: field, index: index)
        case .unknown(let kind, _, _):
            return .invalid(
                "\(kind)_not_found", message, status: .notFound, field: kind)
        case .noRoute(_, let allowed):
            return allowed.isEmpty
                ? .invalid("not_found", message, status: .notFound)
                : .invalid(
                    "method_not_allowed", message, status: .methodNotAllowed,
                    headers: ["Allow": allowed.joined(separator: ", ")])
        case .foreignHost: return .invalid("foreign_host", message, status: .forbidden)
        default: return ofServer(error, message)
        }
    }

    private static func ofServer(_ error: ServingError, _ message: String) -> ErrorReply {
        switch error {
        case .unauthorized:
            ErrorReply(
                status: .unauthorized, type: "authentication_error", code: "invalid_api_key",
                message: message, headers: ["WWW-Authenticate": "Bearer"])
        case .overloaded(let seconds):
            ErrorReply(
                status: .tooManyRequests, type: "rate_limit_error", code: "queue_full",
                message: message, headers: ["Retry-After": "\(seconds)"])
        case .abandoned:
            ErrorReply(
                status: .init(code: 499, reasonPhrase: "Client Closed Request"),
                type: "server_error", code: "abandoned", message: message)
        case .stopping:
            ErrorReply(
                status: .serviceUnavailable, type: "server_error", code: "stopping",
                message: message, headers: ["Retry-After": "5"])
        case .notFinite(let index, _):
            ErrorReply(
                status: .internalServerError, type: "server_error", code: "not_finite",
                message: message, field: "input", index: index)
        default:
            ErrorReply(
                status: .internalServerError, type: "server_error", code: "internal_error",
                message: message)
        }
    }
}
