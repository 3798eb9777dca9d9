import Foundation

/// Something that an agent can ask for.
struct AgentTool: Sendable {
    /// What a call gives: text for the agent to read, and the same as JSON.
    struct Output: Sendable {
        let text: String
        let value: RPCValue
    }

    let name: String
    let title: String
    let description: String
    /// JSON Schema of the arguments and of the structured result.
    let input: RPCValue
    let output: RPCValue
    let call: @Sendable (RPCValue) async throws -> Output

    /// The tool as `tools/list` shows it. No tool changes anything or leaves this machine.
    ///
    /// - Parameter isStructured: whether results hold structured content, which then has a schema.
    func listing(isStructured: Bool) -> RPCValue {
        var listing: [String: RPCValue] = [
            "name": .text(name), "title": .text(title), "description": .text(description),
            "inputSchema": input,
            "annotations": [
                "readOnlyHint": true, "idempotentHint": true, "openWorldHint": false,
            ],
        ]
        if isStructured { listing["outputSchema"] = output }
        return .object(listing)
    }

    /// Reads arguments into their type; an argument that it does not have is an error.
    static func decode<Arguments: OwnForm>(
        _ type: Arguments.Type, from value: RPCValue
    ) throws -> Arguments {
        do {
            let data = try JSONEncoder().encode(value)
            return try JSONDecoder().decode(KnownFields<Arguments>.self, from: data).form
        } catch let error as DecodingError {
            throw ServingError.explaining(error)
        }
    }

    /// `value` as JSON.
    static func json(_ value: some Encodable) throws -> RPCValue {
        try JSONDecoder().decode(RPCValue.self, from: JSONEncoder().encode(value))
    }

    /// The schema of an object.
    ///
    /// - Parameter isClosed: whether other properties are refused.
    static func schema(
        _ properties: [String: RPCValue], required: [String], isClosed: Bool = false
    ) -> RPCValue {
        var schema: [String: RPCValue] = [
            "type": "object", "properties": .object(properties),
            "required": .array(required.map(RPCValue.text)),
        ]
        if isClosed { schema["additionalProperties"] = .flag(false) }
        return .object(schema)
    }

    static func property(_ type: String, _ description: String) -> RPCValue {
        ["type": .text(type), "description": .text(description)]
    }
}
