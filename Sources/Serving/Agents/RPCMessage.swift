import AjanCompute

/// JSON-RPC 2.0 as the Model Context Protocol uses it.
enum RPC {
    /// What came in, checked.
    enum Incoming: Sendable, Equatable {
        case request(id: RPCValue, method: String, parameters: RPCValue)
        case notification(method: String, parameters: RPCValue)
        /// An answer to something that we asked; we ask nothing.
        case response
    }

    /// A failure of the protocol (a tool that fails is no such failure).
    struct Failure: Error, Equatable {
        let code: Int
        let message: String

        static let parse = Failure(code: -32700, message: "the line is not valid JSON")
        static func invalidRequest(_ problem: String) -> Failure {
            Failure(code: -32600, message: problem)
        }
        static func noMethod(_ name: String) -> Failure {
            Failure(code: -32601, message: "there is no method \(quoted: name.prefix(100))")
        }
        static func invalidParameters(_ problem: String) -> Failure {
            Failure(code: -32602, message: problem)
        }
        static let notInitialized = Failure(
            code: -32002, message: "send initialize first")
    }

    /// - Throws: `Failure` with -32600.
    static func incoming(_ message: RPCValue) throws(Failure) -> Incoming {
        guard case .object(let fields) = message else {
            throw .invalidRequest("a message is one JSON object; batches are not supported")
        }
        guard fields["jsonrpc"] == "2.0" else {
            throw .invalidRequest("jsonrpc must be \"2.0\"")
        }
        guard let method = fields["method"] else {
            guard fields["result"] != nil || fields["error"] != nil else {
                throw .invalidRequest("method is missing")
            }
            return .response
        }
        guard let name = method.string else { throw .invalidRequest("method must be a string") }
        let parameters = fields["params"] ?? .object([:])
        guard case .object = parameters else {
            throw .invalidRequest("params must be an object")
        }
        guard let id = fields["id"] else {
            return .notification(method: name, parameters: parameters)
        }
        switch id {
        case .text, .integer: return .request(id: id, method: name, parameters: parameters)
        default: throw .invalidRequest("id must be a string or a whole number")
        }
    }

    static func result(_ result: RPCValue, id: RPCValue) -> RPCValue {
        ["jsonrpc": "2.0", "id": id, "result": result]
    }

    static func failure(_ failure: Failure, id: RPCValue) -> RPCValue {
        [
            "jsonrpc": "2.0", "id": id,
            "error": ["code": .integer(failure.code), "message": .text(failure.message)],
        ]
    }
}
