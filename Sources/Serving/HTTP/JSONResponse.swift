import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// Responses whose body is JSON.
enum JSONResponse {
    /// Keys sorted, slashes and Turkish letters as they are.
    static func of(_ value: some Encodable, status: HTTPResponse.Status = .ok) -> Response {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(value) else {
            return Response(status: .internalServerError)
        }
        return of(ByteBuffer(bytes: data), status: status)
    }

    static func of(_ json: ByteBuffer, status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status,
            headers: [.contentType: "application/json", .contentLength: "\(json.readableBytes)"],
            body: ResponseBody(byteBuffer: json))
    }
}
