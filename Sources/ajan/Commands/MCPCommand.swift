import AjanServing
import ArgumentParser
import Logging

/// `ajan mcp`: the same for agents, over standard input and output.
struct MCPCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mcp",
        abstract:
            "Give an agent the tools search, get_document and embed (Model Context Protocol).",
        discussion: """
            An agent's host starts this program and talks to it over standard input and output:

            {"mcpServers": {"belgeler": {"command": "ajan", "args": ["mcp", "--index", "my.index"]}}}

            Nothing but protocol messages goes to standard output; the log goes to standard error.
            """)

    @OptionGroup var catalog: CatalogOptions

    @Option(help: "debug, info (one line per call), notice or error; to standard error.")
    var logLevel: Logger.Level = .notice

    func run() async throws {
        let logger = catalog.logger(logLevel)
        let served = try catalog.load(metrics: ServerMetrics(), logger: logger)
        let streams = StandardStreams()
        let server = AgentServer(
            catalog: served, version: Ajan.version, logger: logger, send: streams.write)
        await streams.forEachLine(server.receive)
        await server.finish()
        served.stop()
    }
}
