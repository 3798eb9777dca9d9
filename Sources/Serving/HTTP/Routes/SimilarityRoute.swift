import AjanEmbed
import Hummingbird

/// `POST /similarity`: cosines of one text to many.
///
/// `{"query": ..., "passages": [...]}` gives each side its role; the form of
/// text-embeddings-inference, `{"inputs": {"source_sentence": ..., "sentences": [...]}}`, treats
/// both sides alike.
struct SimilarityRoute: Sendable {
    let catalog: Catalog
    let reader: RequestReader

    private struct Body: Decodable {
        struct Pairs: Decodable {
            let source: String
            let sentences: TextList

            enum CodingKeys: String, CodingKey {
                case source = "source_sentence"
                case sentences
            }
        }

        let query: String?
        let passages: TextList?
        let model: String?
        let inputs: Pairs?
        let parameters: EmbedRoute.Parameters?
    }

    /// Our own form has no other fields; clients of text-embeddings-inference may send more.
    private struct CheckedBody: Decodable {
        let body: Body

        init(from decoder: any Decoder) throws {
            body = try Body(from: decoder)
            guard body.inputs == nil else { return }
            try decoder.refuseFields(besides: ["query", "passages", "model"])
        }
    }

    /// The answer to our own form.
    private struct Ranking: Encodable {
        let model: String
        /// Cosine of each passage, in the order of the request.
        let scores: [Float]
        /// Positions of the passages, the closest first.
        let order: [Int]
    }

    func respond(_ request: Request, _ context: ServingContext) async throws -> Response {
        let body = try await reader.decode(CheckedBody.self, from: request).body
        if let inputs = body.inputs {
            let parameters = body.parameters ?? .none
            let engine = try catalog.engine(nil)
            try parameters.check(engine)
            let role = try parameters.role() ?? .none
            return JSONResponse.of(
                try await cosines(
                    of: (inputs.source, role), to: (inputs.sentences, role), engine,
                    longText: parameters.longText, context))
        }
        guard let query = body.query, let passages = body.passages else {
            throw ServingError.invalidField(
                body.query == nil ? "query" : "passages", index: nil,
                problem: "send query and passages, or inputs with source_sentence and sentences")
        }
        let engine = try catalog.resolve(model: body.model).engine
        let scores = try await cosines(
            of: (query, .query), to: (passages, .passage), engine, longText: .window, context)
        let order = scores.indices.sorted {
            scores[$0] == scores[$1] ? $0 < $1 : scores[$0] > scores[$1]
        }
        return JSONResponse.of(Ranking(model: engine.name, scores: scores, order: order))
    }

    private func cosines(
        of source: (text: String, role: Role), to others: (list: TextList, role: Role),
        _ engine: EmbeddingEngine, longText: LongText, _ context: ServingContext
    ) async throws -> [Float] {
        async let left = engine.embed(
            EmbeddingRequest([source.text], role: source.role, longText: longText),
            isAbandoned: context.isAbandoned)
        async let right = engine.embed(
            EmbeddingRequest(others.list.texts, role: others.role, longText: longText),
            isAbandoned: context.isAbandoned)
        let (query, passages) = try await (left[0].vector, right)
        return passages.map { passage in
            zip(query, passage.vector).reduce(0) { $0 + $1.0 * $1.1 }
        }
    }
}
