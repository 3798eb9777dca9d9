import Compute
import Documents
import Retrieval

extension AgentTools {
    private struct DocumentArguments: Decodable {
        let document: Int64
        let index: String?
    }

    var document: AgentTool {
        AgentTool(
            name: "get_document", title: "Read a document",
            description: "Return the full text and metadata of a document that search has named.",
            input: AgentTool.schema(
                [
                    "document": AgentTool.property("integer", "The number of the document."),
                    "index": indexProperty,
                ], required: ["document"]),
            output: AgentTool.schema(
                [
                    "path": AgentTool.property("string", "The file that it comes from."),
                    "text": AgentTool.property("string", "The text, headings included."),
                    "truncated": AgentTool.property(
                        "boolean", "The text was too long and was cut."),
                    "metadata": ["type": "object"],
                ], required: ["path", "text", "truncated", "metadata"]),
            call: { try await document($0) })
    }

    private struct Document: Encodable {
        let path: String
        let title: String?
        let metadata: [String: MetadataValue]
        let text: String
        let truncated: Bool
    }

    private func document(_ arguments: JSONValue) async throws -> AgentTool.Output {
        let arguments = try AgentTool.decode(DocumentArguments.self, from: arguments)
        let index = try catalog.index(arguments.index)
        let stored = try await catalog.search { try index.reader.document(arguments.document) }
        guard let stored else {
            throw ServingError.invalidField(
                "document", index: nil,
                problem: "\(quoted: index.name) holds no document \(arguments.document); "
                    + "take a number that search has given")
        }
        let text = String(stored.text.prefix(Self.documentCharactersMax))
        let document = Document(
            path: stored.path, title: stored.title, metadata: stored.metadata, text: text,
            truncated: text.utf8.count < stored.text.utf8.count)
        return AgentTool.Output(
            text: stored.path + "\n\n" + text + (document.truncated ? "\n\n(cut here)" : ""),
            value: try AgentTool.json(document))
    }
}
