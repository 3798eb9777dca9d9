import AjanEmbed
import Foundation

extension AgentTools {
    private struct EmbedArguments: OwnForm {
        let texts: [String]
        let role: Choice<Role>?
        let model: String?

        enum CodingKeys: String, CodingKey, CaseIterable { case texts, role, model }
    }

    private struct Embedding: Encodable {
        let embedding: [Float]
        let tokens: Int
        let kept: Int
        let windows: Int
    }

    private struct Embeddings: Encodable {
        let model: String
        let dimensions: Int
        let embeddings: [Embedding]
    }

    var embed: AgentTool {
        AgentTool(
            name: "embed", title: "Embed texts",
            description: """
                Turn texts into vectors of length 1; their dot product tells how close they are in \
                meaning. Embed questions with role query and what may answer them with role passage.
                """,
            input: AgentTool.schema(
                [
                    "texts": [
                        "type": "array", "items": ["type": "string"], "minItems": 1,
                        "maxItems": .integer(Self.textsMax), "description": "The texts.",
                    ],
                    "role": [
                        "type": "string", "enum": ["query", "passage", "none"],
                        "description": "What the texts are for; passage without it.",
                    ],
                    "model": [
                        "type": "string", "enum": .array(catalog.engines.map { .text($0.name) }),
                        "description": "The model; without it, the first one.",
                    ],
                ], required: ["texts"], isClosed: true),
            output: AgentTool.schema(
                [
                    "model": AgentTool.property("string", "The model."),
                    "dimensions": AgentTool.property("integer", "Numbers of each vector."),
                    "embeddings": ["type": "array", "items": ["type": "object"]],
                ], required: ["model", "dimensions", "embeddings"]),
            call: { try await embed($0) })
    }

    private func embed(_ arguments: RPCValue) async throws -> AgentTool.Output {
        let arguments = try AgentTool.decode(EmbedArguments.self, from: arguments)
        guard (1...Self.textsMax).contains(arguments.texts.count) else {
            throw ServingError.invalidField(
                "texts", index: nil, problem: "send between 1 and \(Self.textsMax)")
        }
        let engine = try catalog.engine(arguments.model)
        let vectors = try await engine.embed(
            EmbeddingRequest(arguments.texts, role: arguments.role?.value ?? .passage))
        let embeddings = Embeddings(
            model: engine.name, dimensions: engine.dimensions,
            embeddings: vectors.map {
                Embedding(
                    embedding: $0.vector, tokens: $0.tokens, kept: $0.kept, windows: $0.windows)
            })
        let encoded = try JSONEncoder().encode(embeddings)
        return AgentTool.Output(
            text: String(decoding: encoded, as: UTF8.self), value: try AgentTool.json(embeddings))
    }
}
