import AjanEmbed
import AjanServing
public import ArgumentParser
import Foundation
public import Logging

/// `ajan serve`: models and indexes over HTTP.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Serve embeddings and search over HTTP, and a page to search with.",
        discussion: """
            ajan serve --index my.index
            curl http://127.0.0.1:8080/v1/embeddings -d '{"input": "kargom nerede?", \
            "input_type": "query"}'

            Speaks the form of OpenAI (/v1/embeddings, /v1/models), of text-embeddings-inference (/embed, \
            /similarity, /info, /health), and its own /v1/search; / is a page. docs/SERVING.md tells all.
            """)

    @OptionGroup var catalog: CatalogOptions

    @Option(help: "The address to listen on. One beyond loopback needs API keys.")
    var host = "127.0.0.1"

    @Option(name: .shortAndLong, help: "The port; 0 takes a free one.")
    var port = 8080

    @Option(help: "A file of API keys, one per line. AJAN_API_KEYS holds some, too.")
    var apiKeyFile: String?

    @Flag(help: "Listen beyond loopback without API keys, and mean it.")
    var open = false

    @Option(help: "A name besides localhost by which a loopback server may be called.")
    var allowHost: [String] = []

    @Option(help: "The role of texts whose request does not state one.")
    var defaultRole: Role = .none

    @OptionGroup(title: "Limits") var limits: LimitOptions

    @Option(help: "debug, info (one line per request), notice or error; to standard error.")
    var logLevel: Logger.Level = .info

    func run() async throws {
        var configuration = ServingConfiguration()
        configuration.version = Ajan.version
        configuration.host = host
        configuration.port = port
        configuration.apiKeys = try APIKeys.read(file: apiKeyFile)
        configuration.allowsOpenAccess = open
        configuration.allowedHosts = allowHost
        configuration.defaultRole = defaultRole
        limits.apply(to: &configuration)
        try configuration.check()
        let logger = catalog.logger(logLevel)
        let metrics = ServerMetrics()
        let served = try catalog.load(limits.engine, metrics: metrics, logger: logger)
        let server = try AjanServer(
            configuration, catalog: served, metrics: metrics, logger: logger)
        try await server.run { address in
            logger.notice("listening", metadata: ["address": "\(address)"])
        }
    }
}

/// What a server or an agent serves.
struct CatalogOptions: ParsableArguments {
    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "A model folder, or the name of a model in the cache. May be repeated. Default: the "
                + "models of the indexes, else \(ModelCatalog.defaultModel).",
            valueName: "name|dir"))
    var model: [String] = []

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("An index to search. May be repeated.", valueName: "[name=]dir"))
    var index: [String] = []

    @Option(help: "int8 or f32; must be what the indexes were made with.")
    var precision: SentenceEncoder.Precision = .int8

    @Option(help: "Threads at most. Default: what affinity and the container's quota allow.")
    var threads: Int?

    func logger(_ level: Logger.Level) -> Logger {
        Logger(label: "ajan") { JSONLogHandler(label: $0, level: level) }
    }

    func load(
        _ limits: EmbeddingEngine.Limits = .init(), metrics: ServerMetrics, logger: Logger
    ) throws -> Catalog {
        var loader = CatalogLoader()
        loader.models = model
        loader.indexes = index
        loader.options.precision = precision
        loader.options.threads = threads
        loader.limits = limits
        return try loader.load(metrics: metrics, logger: logger)
    }
}

/// How much a server takes on.
struct LimitOptions: ParsableArguments {
    private static let server = ServingConfiguration()
    private static let engine = EmbeddingEngine.Limits()

    @Option(help: "Texts of one request.")
    var maxItems = server.itemsMax

    @Option(help: "Bytes of one request's body.")
    var maxBodyBytes = server.bodyByteCountMax

    @Option(help: "Tokens of one request.")
    var maxRequestTokens = engine.requestTokens

    @Option(help: "Requests that may wait; more are refused with 429.")
    var queueRequests = engine.queuedRequests

    @Option(help: "Tokens that may wait, guessed from bytes; more are refused with 429.")
    var queueTokens = engine.queuedTokens

    @Option(help: "Tokens that are computed at once, guessed from bytes.")
    var passTokens = engine.passTokens

    func validate() throws {
        let values = [
            maxItems, maxBodyBytes, maxRequestTokens, queueRequests, queueTokens, passTokens,
        ]
        if values.contains(where: { $0 < 1 }) {
            throw ValidationError("A limit must be at least 1.")
        }
    }

    func apply(to configuration: inout ServingConfiguration) {
        configuration.itemsMax = maxItems
        configuration.bodyByteCountMax = maxBodyBytes
    }

    var engine: EmbeddingEngine.Limits {
        var limits = EmbeddingEngine.Limits()
        limits.requestTokens = maxRequestTokens
        limits.queuedRequests = queueRequests
        limits.queuedTokens = queueTokens
        limits.passTokens = passTokens
        return limits
    }
}

extension Logger.Level: @retroactive ExpressibleByArgument {}
