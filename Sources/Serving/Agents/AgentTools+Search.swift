import Retrieval

extension AgentTools {
    private struct SearchArguments: Decodable {
        let query: String
        let index: String?
        let limit: Int?
        let mode: SearchMode?
        let filter: [String]?
    }

    private struct Found: Encodable {
        let rank: Int
        let score: Double
        let document: Int64
        let path: String
        let title: String?
        let heading: String
        let text: String
    }

    private struct Findings: Encodable {
        let results: [Found]
        let abstained: Bool
    }

    var search: AgentTool {
        AgentTool(
            name: "search", title: "Search documents",
            description: """
                Find passages in the indexed Turkish documents that answer a question or mention words. \
                Ask in Turkish, as a full question where possible. Each result names its document, \
                which get_document returns in full.
                """,
            input: AgentTool.schema(
                [
                    "query": AgentTool.property("string", "The question or the words."),
                    "index": indexProperty,
                    "limit": [
                        "type": "integer", "minimum": 1, "maximum": .integer(Self.limitMax),
                        "description": "Results at most; 5 without it.",
                    ],
                    "mode": [
                        "type": "string", "enum": ["dense", "lexical", "hybrid"],
                        "description": "By meaning, by words, or both (the default).",
                    ],
                    "filter": [
                        "type": "array", "items": ["type": "string"],
                        "description":
                            "Conditions on metadata, such as yil>=2023 or kind=markdown.",
                    ],
                ], required: ["query"]),
            output: AgentTool.schema(
                [
                    "results": ["type": "array", "items": ["type": "object"]],
                    "abstained": AgentTool.property(
                        "boolean", "There were results, but none likely enough to be given."),
                ], required: ["results", "abstained"]),
            call: { try await search($0) })
    }

    private func search(_ arguments: JSONValue) async throws -> AgentTool.Output {
        let arguments = try AgentTool.decode(SearchArguments.self, from: arguments)
        let index = try catalog.index(arguments.index)
        var request = SearchRequest(arguments.query)
        request.limit = arguments.limit ?? 5
        guard (1...Self.limitMax).contains(request.limit) else {
            throw ServingError.invalidField(
                "limit", index: nil, problem: "choose between 1 and \(Self.limitMax)")
        }
        request.mode = arguments.mode
        request.filter = try MetadataFilter(arguments.filter ?? [])
        let question = request
        let answer = try await catalog.search { try index.reader.search(question) }
        let found = answer.hits.map { hit in
            Found(
                rank: hit.rank, score: hit.score, document: hit.document, path: hit.path,
                title: hit.title, heading: hit.heading, text: hit.text)
        }
        return AgentTool.Output(
            text: Self.text(of: found, abstained: answer.abstained),
            value: try AgentTool.json(Findings(results: found, abstained: answer.abstained)))
    }

    private static func text(of found: [Found], abstained: Bool) -> String {
        if found.isEmpty {
            return abstained ? "No passage is a likely enough answer." : "Nothing was found."
        }
        return found.map { passage in
            let title = passage.title == passage.heading ? "" : passage.title ?? ""
            let place = [title, passage.heading].filter { !$0.isEmpty }
            return "[\(passage.rank)] document \(passage.document), \(passage.path)"
                + (place.isEmpty ? "" : " (\(place.joined(separator: " › ")))")
                + "\n\(passage.text)"
        }.joined(separator: "\n\n")
    }
}
