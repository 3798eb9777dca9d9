import AjanRetrieval
import Hummingbird

/// `POST /v1/search` and `GET /v1/indexes`.
struct SearchRoutes: Sendable {
    let catalog: Catalog
    let reader: RequestReader

    private struct Body: OwnForm {
        let index: String?
        let query: String
        let limit: Int?
        let mode: Choice<SearchMode>?
        let fusion: FusionChoice?
        let filter: [String]?
        let onePerDocument: Bool?

        enum CodingKeys: String, CodingKey, CaseIterable {
            case index, query, limit, mode, fusion, filter
            case onePerDocument = "one_per_document"
        }

        func request() throws -> SearchRequest {
            guard query.utf8.count <= SearchRequest.queryByteCountMax else {
                throw ServingError.tooLarge(
                    field: "query", index: nil,
                    problem: "the question has \(query.utf8.count) bytes; the limit is "
                        + "\(SearchRequest.queryByteCountMax)")
            }
            var request = SearchRequest(query)
            if let limit { request.limit = limit }
            request.mode = mode?.value
            request.fusion = fusion?.fusion
            request.filter = try MetadataFilter(filter ?? [])
            request.onePerDocument = onePerDocument ?? false
            return request
        }
    }

    /// `"rrf"`, or the weight of meaning from 0 to 1.
    private struct FusionChoice: Decodable {
        let fusion: Fusion

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let weight = try? container.decode(Double.self), (0...1).contains(weight) {
                fusion = .sum(denseWeight: weight)
            } else if (try? container.decode(String.self)) == "rrf" {
                fusion = .reciprocalRank
            } else {
                throw ServingError.invalidField(
                    "fusion", index: nil, problem: "write \"rrf\", or a weight from 0 to 1")
            }
        }
    }

    func search(_ request: Request, _ context: ServingContext) async throws -> Response {
        let body = try await reader.decode(KnownFields<Body>.self, from: request).form
        let index = try catalog.index(body.index)
        let question = try body.request()
        let answer = try await catalog.search(isAbandoned: context.isAbandoned) {
            try index.reader.search(question)
        }
        return JSONResponse.of(answer)
    }

    private struct Description: Encodable {
        let name: String
        let model: String
        let passages: Int
        let documents: Int
        let files: Int
        /// Names of metadata that filters may use.
        let fields: [String]
    }

    private struct List: Encodable {
        let object = "list"
        let data: [Description]
    }

    func list(_ request: Request, _ context: ServingContext) async throws -> Response {
        let indexes = catalog.indexes
        let data = try await catalog.search {
            try indexes.map { index in
                let counts = try index.reader.statistics()
                return Description(
                    name: index.name, model: index.reader.fingerprint.model,
                    passages: counts.passages, documents: counts.documents, files: counts.sources,
                    fields: try index.reader.metadataFields())
            }
        }
        return JSONResponse.of(List(data: data))
    }
}
