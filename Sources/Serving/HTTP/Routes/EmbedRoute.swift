import AjanEmbed
import HTTPTypes
import Hummingbird

/// `POST /embed` in the form of Hugging Face's text-embeddings-inference.
struct EmbedRoute: Sendable {
    let catalog: Catalog
    let reader: RequestReader

    struct Parameters: Decodable {
        let truncate: Bool?
        let normalize: Bool?
        let promptName: String?
        let dimensions: WholeNumber?

        enum CodingKeys: String, CodingKey {
            case truncate, normalize, dimensions
            case promptName = "prompt_name"
        }

        static let none = Parameters(
            truncate: nil, normalize: nil, promptName: nil, dimensions: nil)

        /// `truncate` cuts long texts; without it they go through in windows.
        var longText: LongText { truncate == true ? .truncate : .window }

        func role() throws -> Role? { try RoleName.role(promptName, field: "prompt_name") }

        func check(_ engine: EmbeddingEngine) throws {
            try EmbeddingsRoute.check(dimensions: dimensions?.value, of: engine)
            if normalize == false {
                throw ServingError.invalidField(
                    "normalize", index: nil, problem: "this server gives vectors of length 1 only")
            }
        }
    }

    private struct Body: Decodable {
        let inputs: TextList
        let parameters: Parameters

        enum CodingKeys: CodingKey { case inputs }

        init(from decoder: any Decoder) throws {
            inputs = try decoder.container(keyedBy: CodingKeys.self).decode(
                TextList.self, forKey: .inputs)
            parameters = try Parameters(from: decoder)
        }
    }

    func respond(_ request: Request, _ context: ServingContext) async throws -> Response {
        let body = try await reader.decode(Body.self, from: request)
        let engine = try catalog.engine(nil)
        try body.parameters.check(engine)
        let embeddings = try await engine.embed(
            EmbeddingRequest(
                body.inputs.texts,
                role: try body.parameters.role() ?? reader.configuration.defaultRole,
                longText: body.parameters.longText),
            isAbandoned: context.isAbandoned)
        var json = EmbeddingJSON(numbers: embeddings.count * engine.dimensions)
        json.write("[")
        for (index, embedding) in embeddings.enumerated() {
            if index > 0 { json.write(",") }
            json.write(
                try embedding.shortened(to: body.parameters.dimensions?.value, index: index).vector,
                as: .float)
        }
        json.write("]")
        var response = JSONResponse.of(json.buffer)
        if let name = HTTPField.Name("x-compute-tokens") {
            response.headers[name] = "\(embeddings.reduce(0) { $0 + $1.kept })"
        }
        return response
    }
}
