import AjanCompute
import AjanDocuments
import AjanRetrieval

extension AgentTools {
    private struct DocumentArguments: OwnForm {
        let document: Int64
        let index: String?
        let offset: Int?
        let limit: Int?

        enum CodingKeys: String, CodingKey, CaseIterable { case document, index, offset, limit }
    }

    var document: AgentTool {
        AgentTool(
            name: "get_document", title: "Read a document",
            description: """
                Return the text and metadata of a document that search has named. A long text comes \
                in pieces: next_offset is where to read on.
                """,
            input: AgentTool.schema(
                [
                    "document": AgentTool.property("integer", "The number of the document."),
                    "index": indexProperty("The index that search has named with the document."),
                    "offset": [
                        "type": "integer", "minimum": 0,
                        "description": "Characters of the text to pass over; none without it.",
                    ],
                    "limit": [
                        "type": "integer", "minimum": 1,
                        "maximum": .integer(Self.pieceCharactersMax),
                        "description": .text(
                            "Characters at most; \(Self.pieceCharacters) without it."),
                    ],
                ], required: isIndexNeeded ? ["document", "index"] : ["document"], isClosed: true),
            output: documentSchema, call: { try await document($0) })
    }

    private var documentSchema: RPCValue {
        AgentTool.schema(
            [
                "document": AgentTool.property("integer", "The number of the document."),
                "index": AgentTool.property("string", "The index that holds it."),
                "path": AgentTool.property("string", "The file that it comes from."),
                "name": AgentTool.property(
                    "string", "The record or the page in the file; empty for a whole file."),
                "title": AgentTool.property("string", "The title, where there is one."),
                "metadata": ["type": "object"],
                "text": AgentTool.property("string", "The piece of the text, headings included."),
                "offset": AgentTool.property("integer", "Characters before the piece."),
                "characters": AgentTool.property("integer", "Characters of the whole text."),
                "next_offset": AgentTool.property(
                    "integer", "The offset to read on with; missing where the text ends."),
            ],
            required: [
                "document", "index", "path", "name", "metadata", "text", "offset", "characters",
            ])
    }

    private struct Document: Encodable {
        let document: Int64
        let index: String
        let path: String
        let name: String
        let title: String?
        let metadata: [String: MetadataValue]
        let text: String
        let offset: Int
        let characters: Int
        let nextOffset: Int?

        enum CodingKeys: String, CodingKey {
            case document, index, path, name, title, metadata, text, offset, characters
            case nextOffset = "next_offset"
        }
    }

    /// Each index numbers its own documents.
    private var isIndexNeeded: Bool { catalog.indexes.count > 1 }

    private func document(_ arguments: RPCValue) async throws -> AgentTool.Output {
        let arguments = try AgentTool.decode(DocumentArguments.self, from: arguments)
        if isIndexNeeded, arguments.index == nil {
            let names = catalog.indexes.map(\.name).joined(separator: ", ")
            throw ServingError.invalidField(
                "index", index: nil,
                problem: "several indexes are served and each numbers its own documents; "
                    + "take the one that search has named with the document: \(names)")
        }
        let index = try catalog.index(arguments.index)
        let stored = try await catalog.search { try index.reader.document(arguments.document) }
        guard let stored else {
            throw ServingError.invalidField(
                "document", index: nil,
                problem: "\(quoted: index.name) holds no document \(arguments.document); "
                    + "take a number that search has given")
        }
        let piece = try Self.piece(
            of: stored.text, offset: arguments.offset ?? 0,
            limit: arguments.limit ?? Self.pieceCharacters)
        let document = Document(
            document: stored.id, index: index.name, path: stored.path, name: stored.name,
            title: stored.title, metadata: Self.bounded(stored.metadata), text: piece.text,
            offset: piece.offset, characters: piece.characters, nextOffset: piece.next)
        return AgentTool.Output(
            text: Self.text(of: document), value: try AgentTool.json(document))
    }

    private static func text(of document: Document) -> String {
        let place = place(
            document: document.document, index: document.index, path: document.path,
            name: document.name)
        let end = document.nextOffset ?? document.characters
        let range = "characters \(document.offset) to \(end) of \(document.characters)"
        let more = document.nextOffset.map { "read on with offset \($0)" }
        let head = [
            place, document.title ?? "", facts(metadata: document.metadata),
            [range, more].compactMap { $0 }.joined(separator: "; "),
        ]
        return head.filter { !$0.isEmpty }.joined(separator: "\n") + "\n\n" + document.text
            + (more.map { "\n\n(cut here; \($0))" } ?? "")
    }
}

// MARK: - Pieces of a text

extension AgentTools {
    /// A piece of a text. It counts Unicode scalars: a character that people see may be made of any
    /// number of them, so it would bound nothing.
    private struct Piece {
        let text: String
        let offset: Int
        /// Of the whole text.
        let characters: Int
        /// Where the next piece begins; nil at the end.
        let next: Int?
    }

    private static func piece(of text: String, offset: Int, limit: Int) throws -> Piece {
        let scalars = text.unicodeScalars
        let count = scalars.count
        guard offset == 0 || (1..<max(1, count)).contains(offset) else {
            throw ServingError.invalidField(
                "offset", index: nil,
                problem: "the document has \(count) characters; choose between 0 and "
                    + "\(max(0, count - 1))")
        }
        guard (1...pieceCharactersMax).contains(limit) else {
            throw ServingError.invalidField(
                "limit", index: nil, problem: "choose between 1 and \(pieceCharactersMax)")
        }
        let start = scalars.index(scalars.startIndex, offsetBy: offset)
        let end = scalars.index(start, offsetBy: limit, limitedBy: scalars.endIndex)
        return Piece(
            text: String(scalars[start..<(end ?? scalars.endIndex)]), offset: offset,
            characters: count, next: offset + limit < count ? offset + limit : nil)
    }
}
