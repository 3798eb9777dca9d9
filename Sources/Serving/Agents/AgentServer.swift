import AjanCompute
import AjanRetrieval
package import Foundation
package import Logging
import Synchronization

/// Speaks the Model Context Protocol: gets messages one by one and sends answers through a closure.
///
/// Calls of tools run side by side; a call that the client cancels gets no answer.
package final class AgentServer: Sendable {
    /// Versions of the protocol that are spoken, the newest first.
    static let versions: [RPCValue] = ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"]

    /// Those of them whose results may hold structured content.
    private static let structuredVersions = versions.prefix(2)

    private let catalog: Catalog
    private let tools: [AgentTool]
    private let version: String
    private let logger: Logger
    private let send: @Sendable (Data) -> Void
    private let state = Mutex(State())

    private struct State {
        var isInitialized = false
        /// Whether the client's version of the protocol knows structured content.
        var isStructured = false
        /// Calls that run, by the text of their ids.
        var calls: [String: Task<Void, Never>] = [:]
        /// Calls whose answers are being sent.
        var answering: [String: Task<Void, Never>] = [:]
    }

    /// - Parameters:
    ///   - version: of the program.
    ///   - send: takes one message without a line end; called from any thread, one call at a time
    ///     per message.
    package init(
        catalog: Catalog, version: String, logger: Logger, send: @escaping @Sendable (Data) -> Void
    ) {
        self.catalog = catalog
        tools = AgentTools(catalog: catalog).all
        self.version = version
        self.logger = logger
        self.send = send
    }

    /// Takes a message. Messages must be given in the order in which they came.
    package func receive(_ line: Data) {
        guard let message = try? JSONDecoder().decode(RPCValue.self, from: line) else {
            reply(RPC.failure(.parse, id: .null))
            return
        }
        do {
            switch try RPC.incoming(message) {
            case .response: break
            case .notification(let method, let parameters): note(method, parameters)
            case .request(let id, let method, let parameters):
                answer(id, method, parameters)
            }
        } catch {
            reply(RPC.failure(error, id: message["id"] ?? .null))
        }
    }

    /// Waits for the calls that run, and until their answers are sent.
    package func finish() async {
        while let call = state.withLock({ ($0.calls.first ?? $0.answering.first)?.value }) {
            await call.value
        }
    }

    private func note(_ method: String, _ parameters: RPCValue) {
        guard method == "notifications/cancelled", let id = parameters["requestId"] else { return }
        state.withLock { $0.calls.removeValue(forKey: Self.key(id)) }?.cancel()
    }

    private func answer(_ id: RPCValue, _ method: String, _ parameters: RPCValue) {
        do throws(RPC.Failure) {
            if method == "tools/call" {
                try requireInitialized()
                try call(id, parameters)
            } else {
                reply(RPC.result(try result(of: method, parameters), id: id))
            }
        } catch {
            reply(RPC.failure(error, id: id))
        }
    }

    private func result(
        of method: String, _ parameters: RPCValue
    ) throws(RPC.Failure) -> RPCValue {
        switch method {
        case "ping": return .object([:])
        case "initialize": return try initialize(parameters)
        case "tools/list":
            try requireInitialized()
            return ["tools": .array(listing())]
        default: throw .noMethod(method)
        }
    }

    /// The client's version of the protocol if we speak it, else our newest.
    private func initialize(_ parameters: RPCValue) throws(RPC.Failure) -> RPCValue {
        guard let wanted = parameters["protocolVersion"], wanted.string != nil else {
            throw .invalidParameters("protocolVersion is missing")
        }
        let spoken = Self.versions.contains(wanted) ? wanted : Self.versions[0]
        state.withLock {
            $0.isInitialized = true
            $0.isStructured = Self.structuredVersions.contains(spoken)
        }
        return [
            "protocolVersion": spoken,
            "capabilities": ["tools": ["listChanged": false]],
            "serverInfo": ["name": "ajan", "title": "ajan-embed", "version": .text(version)],
            "instructions": .text(instructions),
        ]
    }

    /// The tools with the fields that documents have now; an index changes while it is served.
    private func listing() -> [RPCValue] {
        var described = AgentTools(catalog: catalog)
        for index in catalog.indexes {
            do {
                described.fields[index.name] = try index.reader.metadataFields()
            } catch {
                logger.error(
                    "fields could not be read",
                    metadata: ["index": "\(index.name)", "error": "\(error)"])
            }
        }
        let isStructured = state.withLock { $0.isStructured }
        return described.all.map { $0.listing(isStructured: isStructured) }
    }

    private var instructions: String {
        tools.contains { $0.name == "search" }
            ? "Search Turkish documents with search, then read what you need with get_document. "
                + "Ask in Turkish. Cite by path, name (such as page=12) and metadata."
            : "Embed Turkish texts with embed."
    }

    private func requireInitialized() throws(RPC.Failure) {
        guard state.withLock({ $0.isInitialized }) else { throw .notInitialized }
    }

    private func reply(_ message: RPCValue) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let line = try? encoder.encode(message) else {
            logger.error("an answer could not be encoded")
            return
        }
        send(line)
    }
}

// MARK: - Calls of tools

extension AgentServer {
    private func call(_ id: RPCValue, _ parameters: RPCValue) throws(RPC.Failure) {
        let name = parameters["name"]?.string ?? ""
        guard let tool = tools.first(where: { $0.name == name }) else {
            let known = tools.map(\.name).joined(separator: ", ")
            throw .invalidParameters(
                "there is no tool \(quoted: name.prefix(100)); there is: \(known)")
        }
        let arguments = parameters["arguments"] ?? .object([:])
        let isNew = state.withLock { state in
            guard state.calls[Self.key(id)] == nil else { return false }
            state.calls[Self.key(id)] = Task { await run(tool, arguments, id) }
            return true
        }
        guard isNew else { throw .invalidRequest("the id is in use") }
    }

    private func run(_ tool: AgentTool, _ arguments: RPCValue, _ id: RPCValue) async {
        let start = ContinuousClock.now
        let result = await result(of: tool, arguments)
        let key = Self.key(id)
        // A cancelled call was taken off the list; it gets no answer.
        let isAwaited = state.withLock { state in
            guard let call = state.calls.removeValue(forKey: key) else { return false }
            state.answering[key] = call
            return true
        }
        guard isAwaited else { return }
        let milliseconds = (ContinuousClock.now - start) / .milliseconds(1)
        logger.info("call", metadata: ["tool": "\(tool.name)", "ms": "\(milliseconds.rounded())"])
        reply(RPC.result(result, id: id))
        state.withLock { $0.answering[key] = nil }
    }

    /// A tool that fails gives a result that says so, which the agent can read and act on.
    ///
    /// The protocol wants structured content as text, too, for clients that do not read it. Where
    /// its version has no structured content, the text goes alone.
    private func result(of tool: AgentTool, _ arguments: RPCValue) async -> RPCValue {
        do {
            let output = try await tool.call(arguments)
            var result: [String: RPCValue] = [
                "content": [["type": "text", "text": .text(output.text)]], "isError": .flag(false),
            ]
            if state.withLock({ $0.isStructured }) { result["structuredContent"] = output.value }
            return .object(result)
        } catch {
            let reply = ErrorReply(error)
            if reply.code == "internal_error" {
                logger.error("call failed", metadata: ["error": "\(error)"])
            }
            return ["content": [["type": "text", "text": .text(reply.message)]], "isError": true]
        }
    }

    /// A name for an id under which "1" and 1 differ.
    private static func key(_ id: RPCValue) -> String {
        id.string.map { "s\($0)" } ?? "\(id)"
    }
}
