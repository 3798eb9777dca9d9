import AjanEmbed
import Hummingbird

/// `GET /v1/models`, `GET /v1/models/NAME` and `GET /info`: what is served.
struct ModelRoutes: Sendable {
    let catalog: Catalog
    let configuration: ServingConfiguration

    private struct Model: Encodable {
        let id: String
        let object = "model"
        let created = 0
        let ownedBy = "ajan-embed"
        let dimensions: Int
        let maxTokens: Int
        /// The role of texts whose request does not state one.
        let role: Role

        enum CodingKeys: String, CodingKey {
            case id, object, created, dimensions, role
            case ownedBy = "owned_by"
            case maxTokens = "max_tokens"
        }
    }

    private struct List: Encodable {
        let object = "list"
        let data: [Model]
    }

    /// Every model under its name, and with each role that can be told by the name.
    private var models: [Model] {
        catalog.engines.flatMap { engine in
            [("", configuration.defaultRole), (":query", .query), (":passage", .passage)].map {
                suffix, role in
                Model(
                    id: engine.name + suffix, dimensions: engine.dimensions,
                    maxTokens: engine.info.maxTokens, role: role)
            }
        }
    }

    func list() -> Response { JSONResponse.of(List(data: models)) }

    /// - Parameter name: may hold a slash.
    func show(_ name: String) throws -> Response {
        guard let model = models.first(where: { $0.id == name }) else {
            throw ServingError.unknown(
                kind: "model", name: String(name.prefix(100)), known: catalog.engines.map(\.name))
        }
        return JSONResponse.of(model)
    }

    /// The fields of text-embeddings-inference.
    private struct Info: Encodable {
        struct Kind: Encodable {
            struct Embedding: Encodable { let pooling: String }
            let embedding: Embedding
        }

        let modelID: String
        let modelSHA: String
        let modelDtype: String
        let modelType: Kind
        let maxConcurrentRequests: Int
        let maxInputLength: Int
        let maxBatchTokens: Int
        let maxClientBatchSize: Int
        let autoTruncate = false
        let version: String

        enum CodingKeys: String, CodingKey {
            case version
            case modelID = "model_id"
            case modelSHA = "model_sha"
            case modelDtype = "model_dtype"
            case modelType = "model_type"
            case maxConcurrentRequests = "max_concurrent_requests"
            case maxInputLength = "max_input_length"
            case maxBatchTokens = "max_batch_tokens"
            case maxClientBatchSize = "max_client_batch_size"
            case autoTruncate = "auto_truncate"
        }
    }

    func info() throws -> Response {
        let engine = try catalog.engine(nil)
        return JSONResponse.of(
            Info(
                modelID: engine.name, modelSHA: engine.info.fingerprint,
                modelDtype: engine.info.precision,
                modelType: .init(embedding: .init(pooling: engine.info.pooling)),
                maxConcurrentRequests: engine.limits.queuedRequests,
                maxInputLength: engine.info.maxTokens, maxBatchTokens: engine.limits.passTokens,
                maxClientBatchSize: configuration.itemsMax, version: configuration.version))
    }
}
