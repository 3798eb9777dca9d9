import AjanCompute
package import Hummingbird
import HummingbirdCore
package import Logging
import NIOCore
import ServiceLifecycle
import UnixSignals

/// The HTTP server: routes in front of a catalog of models and indexes.
package struct AjanServer: Sendable {
    private let configuration: ServingConfiguration
    private let catalog: Catalog
    private let metrics: ServerMetrics
    private let logger: Logger
    private let connections = ConnectionRegistry()
    private let drain = AtomicFlag()

    /// - Throws: `ServingError.configuration` for an address that must not be served like this.
    package init(
        _ configuration: ServingConfiguration, catalog: Catalog, metrics: ServerMetrics,
        logger: Logger
    ) throws {
        try configuration.check()
        self.configuration = configuration
        self.catalog = catalog
        self.metrics = metrics
        self.logger = logger
    }

    /// Serves until SIGTERM or SIGINT, then answers what has been accepted and returns.
    ///
    /// - Parameter onListening: called once with the address.
    package func run(onListening: @escaping @Sendable (String) -> Void = { _ in }) async throws {
        let lifetime = ServiceGroup(
            configuration: .init(
                // Ended in reverse: clients are told first, then the door closes.
                services: [application(onListening), DrainNotice(drain: drain, configuration)],
                gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
        do {
            try await lifetime.run()
        } catch let error as IOError {
            throw ServingError.configuration(
                "\(configuration.host):\(configuration.port) cannot be opened: \(error); "
                    + "choose another --host or --port")
        }
        catalog.stop()
        logger.info("stopped")
    }

    /// The application alone, for tests.
    package func application(
        _ onListening: @escaping @Sendable (String) -> Void = { _ in }
    ) -> some ApplicationProtocol {
        Application(
            router: router(),
            server: .http1(
                configuration: .init(
                    additionalChannelHandlers: [connections.watch()],
                    idleTimeout: .seconds(Int64(configuration.idleSeconds)))),
            configuration: .init(
                address: .hostname(configuration.host, port: configuration.port),
                serverName: "ajan",
                availableConnectionsDelegate: MaximumAvailableConnections(
                    configuration.connectionsMax, logger: logger)),
            onServerRunning: { channel in
                let address = channel.localAddress
                let port = address?.port ?? configuration.port
                let host =
                    address?.protocol == .inet6 ? "[\(configuration.host)]" : configuration.host
                onListening("http://\(host):\(port)/")
            },
            logger: logger)
    }

    private func router() -> Router<ServingContext> {
        let routes = self.routes
        let router = Router(
            context: ServingContext.self, options: [.autoGenerateHeadEndpoints])
        router.addMiddleware {
            RequestScope(
                connections: connections, metrics: metrics, drain: drain,
                methods: Dictionary(
                    grouping: routes, by: \.path
                ).mapValues { $0.map(\.method.rawValue) })
            AccessControl(configuration)
        }
        for route in routes {
            router.on(RouterPath(route.path), method: route.method, use: route.respond)
        }
        return router
    }
}

/// A path, a method, and what answers.
private struct Route {
    typealias Respond = @Sendable (Request, ServingContext) async throws -> Response

    let method: HTTPRequest.Method
    let path: String
    let respond: Respond

    static func get(_ path: String, _ respond: @escaping Respond) -> Route {
        Route(method: .get, path: path, respond: respond)
    }

    static func post(_ path: String, _ respond: @escaping Respond) -> Route {
        Route(method: .post, path: path, respond: respond)
    }
}

extension AjanServer {
    /// Everything that can be asked.
    private var routes: [Route] {
        let reader = RequestReader(configuration: configuration)
        let models = ModelRoutes(catalog: catalog, configuration: configuration)
        let search = SearchRoutes(catalog: catalog, reader: reader)
        let status = StatusRoutes(metrics: metrics, connections: connections, drain: drain)
        return [
            .post("/v1/embeddings", EmbeddingsRoute(catalog: catalog, reader: reader).respond),
            .get("/v1/models") { _, _ in models.list() },
            .get("/v1/models/**") { _, context in
                try models.show(context.parameters.getCatchAll().joined(separator: "/"))
            },
            .post("/v1/search", search.search),
            .get("/v1/indexes", search.list),
            .post("/embed", EmbedRoute(catalog: catalog, reader: reader).respond),
            .post("/similarity", SimilarityRoute(catalog: catalog, reader: reader).respond),
            .get("/info") { _, _ in try models.info() },
            .get("/health") { _, _ in status.health() },
            .get("/ready") { _, _ in status.ready() },
            .get("/metrics") { _, _ in status.prometheus() },
        ] + Page.files.map { file in .get(file.path) { _, _ in file.response() } }
    }
}

/// Tells clients to go elsewhere for a moment before the server closes its door: `/ready` says no
/// and every answer asks to close the connection, so no request is sent into a closing connection.
private struct DrainNotice: Service {
    let drain: AtomicFlag
    let milliseconds: Int

    init(drain: AtomicFlag, _ configuration: ServingConfiguration) {
        self.drain = drain
        milliseconds = configuration.drainMilliseconds
    }

    func run() async throws {
        try? await gracefulShutdown()
        drain.set()
        try? await Task.sleep(for: .milliseconds(milliseconds))
    }
}
