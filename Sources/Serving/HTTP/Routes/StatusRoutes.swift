import AjanCompute
import Hummingbird
import NIOCore

/// `GET /health`, `/ready` and `/metrics`.
struct StatusRoutes: Sendable {
    let metrics: ServerMetrics
    let connections: ConnectionRegistry
    /// Set when the server begins to go down.
    let drain: AtomicFlag

    private struct Status: Encodable { let status: String }

    /// The process lives.
    func health() -> Response { JSONResponse.of(Status(status: "ok")) }

    /// The server takes requests; a load balancer should look elsewhere once it says no.
    func ready() -> Response {
        drain.isSet
            ? JSONResponse.of(Status(status: "draining"), status: .serviceUnavailable)
            : JSONResponse.of(Status(status: "ready"))
    }

    func prometheus() -> Response {
        metrics.show(connections: connections.count)
        return Response(
            status: .ok, headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: metrics.text())))
    }
}
