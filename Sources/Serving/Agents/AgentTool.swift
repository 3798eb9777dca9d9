import Foundation

/// Something that an agent can ask for.
struct AgentTool: Sendable {
    /// What a call gives: text for the agent to read, and the same as JSON.
    struct Output: Sendable {
        let text: String
        let value: JSONValue
    }

    let name: String
    let title: String
    let description: String
    /// JSON Schema of the arguments and of the structured result.
    let input: JSONValue
    let output: JSONValue
    let call: @Sendable (JSONValue) async throws -> Output

    /// The tool as `tools/list` shows it. No tool changes anything or leaves this machine.
    var listing: JSONValue {
        [
            "name": .text(name), "title": .text(title), "description": .text(description),
            "inputSchema": input, "outputSchema": output,
            "annotations": [
                "readOnlyHint": true, "idempotentHint": true, "openWorldHint": false,
            ],
        ]
    }

    /// Reads arguments into their type.
    static func decode<Arguments: Decodable>(
        _ type: Arguments.Type, from value: JSONValue
    ) throws -> Arguments {
        do {
            return try JSONDecoder().decode(type, from: JSONEncoder().encode(value))
        } catch let error as DecodingError {
            throw ServingError.explaining(error)
        }
    }

    /// `value` as JSON.
    static func json(_ value: some Encodable) throws -> JSONValue {
        try JSONDecoder().decode(JSONValue.self, from: JSONEncoder().encode(value))
    }

    /// The schema of an object.
    static func schema(
        _ properties: [String: JSONValue], required: [String]
    ) -> JSONValue {
        [
            "type": "object", "properties": .object(properties),
            "required": .array(required.map(JSONValue.text)),
        ]
    }

    static func property(_ type: String, _ description: String) -> JSONValue {
        ["type": .text(type), "description": .text(description)]
    }
}
