import AjanServing
import Foundation
import Synchronization

/// An agent's server over the fake model, with the answers that it sent.
final class Conversation: Sendable {
    let model: FakeModel
    private let sent = Recorder<RPCValue>()
    private let catalog: Catalog
    private let server = Mutex<AgentServer?>(nil)

    /// - Parameter version: of the protocol that the client asks for; nil does not begin.
    init(
        model: FakeModel = FakeModel(), indexes: [ServedIndex] = [],
        version: String? = "2025-06-18"
    ) {
        self.model = model
        catalog = Catalog(engines: [EmbeddingEngine.fake(model)], indexes: indexes)
        server.withLock {
            $0 = AgentServer(catalog: catalog, version: "0", logger: .silent) { [sent] line in
                let message = (try? JSONDecoder().decode(RPCValue.self, from: line)) ?? .null
                sent.append(message)
            }
        }
        if let version {
            say(
                #"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"#
                    + #""protocolVersion":"\#(version)","capabilities":{},"clientInfo":{}}}"#)
            say(#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#)
        }
    }

    deinit { catalog.stop() }

    func say(_ line: String) { server.withLock { $0 }?.receive(Data(line.utf8)) }

    /// The answers so far, once all calls are done.
    func answers() async -> [RPCValue] {
        await server.withLock { $0 }?.finish()
        return sent.all
    }

    /// What a tool gives; `arguments` is JSON.
    func call(_ tool: String, _ arguments: String) async -> RPCValue {
        say(
            #"{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"\#(tool)","#
                + #""arguments":\#(arguments)}}"#)
        return await answers().last?["result"] ?? .null
    }

    /// The tools as the server describes them.
    func tools() async -> [RPCValue] {
        say(#"{"jsonrpc":"2.0","id":8,"method":"tools/list"}"#)
        return await answers().last?["result"]?["tools"]?.elements ?? []
    }
}

extension RPCValue {
    /// What a result of a tool says to those who read no structured content.
    var spoken: String { self["content"]?.elements.first?["text"]?.string ?? "" }
}
