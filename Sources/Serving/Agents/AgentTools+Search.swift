import AjanDocuments
import AjanRetrieval

extension AgentTools {
    private struct SearchArguments: OwnForm {
        let query: String
        let index: String?
        let limit: Int?
        let mode: Choice<SearchMode>?
        let filter: [String]?

        enum CodingKeys: String, CodingKey, CaseIterable { case query, index, limit, mode, filter }
    }

    private struct Found: Encodable {
        let rank: Int
        let index: String
        let document: Int64
        let path: String
        let name: String
        let title: String?
        let heading: String
        let metadata: [String: MetadataValue]
        let probability: Double?
        let score: Double
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
                Ask in Turkish, as a full question where possible. Each result names its document and \
                its index, which get_document takes, and what to cite: path, name (a record, or \
                page=12 of a PDF) and metadata. \(fieldsNote)
                """,
            input: AgentTool.schema(
                [
                    "query": AgentTool.property("string", "The question or the words."),
                    "index": indexProperty("The index; without it, the first one."),
                    "limit": [
                        "type": "integer", "minimum": 1, "maximum": .integer(Self.limitMax),
                        "description": "Results at most; 5 without it.",
                    ],
                    "mode": [
                        "type": "string",
                        "enum": .array(SearchMode.allCases.map { .text($0.rawValue) }),
                        "description": "By meaning, by words, or both (the default).",
                    ],
                    "filter": [
                        "type": "array", "items": ["type": "string"],
                        "description": .text(
                            "Conditions that documents must meet, all of them, such as yil>=2023 "
                                + "or kind=markdown: = != >= <= > <, and ~ for 'contains'."),
                    ],
                ], required: ["query"], isClosed: true),
            output: searchSchema, call: { try await search($0) })
    }

    private var searchSchema: RPCValue {
        let result = AgentTool.schema(
            [
                "rank": AgentTool.property("integer", "The place, from 1."),
                "index": AgentTool.property("string", "The index that holds the document."),
                "document": AgentTool.property("integer", "The number of the document there."),
                "path": AgentTool.property("string", "The file that it comes from."),
                "name": AgentTool.property(
                    "string", "The record or the page in the file; empty for a whole file."),
                "title": AgentTool.property("string", "The title, where there is one."),
                "heading": AgentTool.property("string", "Headings above the passage."),
                "metadata": ["type": "object"],
                "probability": AgentTool.property(
                    "number", "The chance that the passage answers; missing if it is not known."),
                "score": AgentTool.property("number", "What decided the place."),
                "text": AgentTool.property("string", "The passage."),
            ],
            required: [
                "rank", "index", "document", "path", "name", "heading", "metadata", "score", "text",
            ])
        return AgentTool.schema(
            [
                "results": ["type": "array", "items": result],
                "abstained": AgentTool.property(
                    "boolean", "There were results, but none likely enough to be given."),
            ], required: ["results", "abstained"])
    }

    private func search(_ arguments: RPCValue) async throws -> AgentTool.Output {
        let arguments = try AgentTool.decode(SearchArguments.self, from: arguments)
        let index = try catalog.index(arguments.index)
        var request = SearchRequest(arguments.query)
        request.limit = arguments.limit ?? 5
        guard (1...Self.limitMax).contains(request.limit) else {
            throw ServingError.invalidField(
                "limit", index: nil, problem: "choose between 1 and \(Self.limitMax)")
        }
        request.mode = arguments.mode?.value
        request.filter = try MetadataFilter(arguments.filter ?? [])
        let question = request
        let answer = try await catalog.search { try index.reader.search(question) }
        let found = answer.hits.map { hit in
            Found(
                rank: hit.rank, index: index.name, document: hit.document, path: hit.path,
                name: hit.name, title: hit.title, heading: hit.heading,
                metadata: Self.bounded(hit.metadata), probability: hit.probability,
                score: hit.score, text: hit.text)
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
            let place = place(
                document: passage.document, index: passage.index, path: passage.path,
                name: passage.name)
            // A heading begins with the title, unless the first heading is the title.
            let title = passage.title.flatMap { passage.heading.hasPrefix($0) ? nil : $0 } ?? ""
            let names = [title, passage.heading].filter { !$0.isEmpty }
            let facts = facts(probability: passage.probability, metadata: passage.metadata)
            return "[\(passage.rank)] \(place)"
                + (names.isEmpty ? "" : " (\(names.joined(separator: " › ")))")
                + (facts.isEmpty ? "" : "\n\(facts)") + "\n\(passage.text)"
        }.joined(separator: "\n\n")
    }
}
