import AjanEmbed
import Hummingbird

/// `POST /v1/embeddings` in the form of OpenAI's API.
struct EmbeddingsRoute: Sendable {
    let catalog: Catalog
    let reader: RequestReader

    /// What OpenAI's clients send, and `input_type` (Cohere's name for the role). Other fields,
    /// such as `user`, are ignored.
    private struct Body: Decodable {
        let input: TextList
        let model: String?
        let encodingFormat: EncodingFormat?
        let dimensions: WholeNumber?
        let inputType: String?
        let longText: LongText?

        enum CodingKeys: String, CodingKey {
            case input, model, dimensions
            case encodingFormat = "encoding_format"
            case inputType = "input_type"
            case longText = "long_text"
        }
    }

    func respond(_ request: Request, _ context: ServingContext) async throws -> Response {
        let body = try await reader.decode(Body.self, from: request)
        let (engine, suffix) = try catalog.resolve(model: body.model)
        try Self.check(dimensions: body.dimensions?.value, of: engine)
        let role = try self.role(inputType: body.inputType, suffix: suffix)
        let embeddings = try await engine.embed(
            EmbeddingRequest(
                body.input.texts, role: role, longText: body.longText ?? .window),
            isAbandoned: context.isAbandoned)
        let format = body.encodingFormat ?? .float
        return JSONResponse.of(
            try Self.json(
                embeddings, model: body.model ?? engine.name, role: role, format: format,
                dimensions: body.dimensions?.value))
    }

    private func role(inputType: String?, suffix: Role?) throws -> Role {
        let stated = try RoleName.role(inputType, field: "input_type")
        if let stated, let suffix, stated != suffix {
            throw ServingError.invalidField(
                "input_type", index: nil,
                problem: "it says \(stated.rawValue), the model name says \(suffix.rawValue)")
        }
        return stated ?? suffix ?? reader.configuration.defaultRole
    }

    static func check(dimensions: Int?, of engine: EmbeddingEngine) throws {
        guard let dimensions else { return }
        guard (1...engine.dimensions).contains(dimensions) else {
            throw ServingError.invalidField(
                "dimensions", index: nil,
                problem: "choose between 1 and \(engine.dimensions)")
        }
    }

    /// The answer. Beyond OpenAI's fields it states the role, and for each text its receipt.
    private static func json(
        _ embeddings: [SentenceEmbedding], model: String, role: Role, format: EncodingFormat,
        dimensions: Int?
    ) throws -> ByteBuffer {
        var json = EmbeddingJSON(
            numbers: embeddings.count * (dimensions ?? embeddings[0].vector.count))
        var tokens = 0
        json.write("{\"object\":\"list\",\"data\":[")
        for (index, embedding) in embeddings.enumerated() {
            tokens += embedding.kept
            json.write(
                "\(index == 0 ? "" : ",\n"){\"object\":\"embedding\",\"index\":\(index),\"embedding\":"
            )
            json.write(
                try embedding.shortened(to: dimensions, index: index).vector, as: format)
            json.write(
                ",\"tokens\":\(embedding.tokens),\"kept\":\(embedding.kept),"
                    + "\"windows\":\(embedding.windows)}")
        }
        json.write(
            "],\"model\":\(EmbeddingJSON.quoted(model)),\"role\":\"\(role.rawValue)\","
                + "\"usage\":{\"prompt_tokens\":\(tokens),\"total_tokens\":\(tokens)}}")
        return json.buffer
    }
}
