import AjanServing
import Foundation
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Testing

/// A server over the fake model, asked without sockets.
struct TestServer {
    let model = FakeModel()
    var configuration = ServingConfiguration()
    var limits = EmbeddingEngine.Limits()
    var indexes: [ServedIndex] = []

    /// Calls `body` with a client, then stops the models.
    func run(
        _ setup: TestingSetup = .router,
        _ body: @escaping @Sendable (TestCaller) async throws -> Void
    ) async throws {
        let metrics = ServerMetrics()
        let catalog = Catalog(
            engines: [EmbeddingEngine.fake(model, limits: limits, metrics: metrics)],
            indexes: indexes)
        let server = try AjanServer(
            configuration, catalog: catalog, metrics: metrics, logger: .silent)
        defer { catalog.stop() }
        try await server.application().test(setup) { client in
            try await body(TestCaller(client: client))
        }
    }
}

/// Asks a server, and reads JSON.
struct TestCaller: Sendable {
    let client: any TestClientProtocol

    /// An answer.
    struct Answer {
        let status: Int
        let headers: HTTPFields
        let body: Data

        /// The body as JSON; null when it is none.
        var json: RPCValue {
            (try? JSONDecoder().decode(RPCValue.self, from: body)) ?? .null
        }

        var error: RPCValue { json["error"] ?? .null }
    }

    func get(_ path: String, headers: HTTPFields = [:]) async throws -> Answer {
        try await ask(path, .get, headers, nil)
    }

    func post(_ path: String, _ body: String, headers: HTTPFields = [:]) async throws -> Answer {
        try await ask(path, .post, headers, ByteBuffer(string: body))
    }

    func ask(
        _ path: String, _ method: HTTPRequest.Method, _ headers: HTTPFields, _ body: ByteBuffer?
    ) async throws -> Answer {
        let response = try await client.executeRequest(
            uri: path, method: method, headers: headers, body: body)
        return Answer(
            status: response.status.code, headers: response.headers,
            body: Data(response.body.readableBytesView))
    }

    /// The vectors of an answer of /v1/embeddings.
    static func vectors(_ answer: Answer) throws -> [[Double]] {
        struct List: Decodable {
            struct Item: Decodable { let embedding: [Double] }
            let data: [Item]
        }
        return try JSONDecoder().decode(List.self, from: answer.body).data.map(\.embedding)
    }
}
