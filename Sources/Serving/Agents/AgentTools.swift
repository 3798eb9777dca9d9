import AjanCompute
import AjanDocuments
import AjanRetrieval

/// The tools over a catalog.
struct AgentTools: Sendable {
    let catalog: Catalog
    /// Names of metadata by index, for the descriptions.
    var fields: [String: [String]] = [:]

    /// Passages of one search at most: an agent reads all of them.
    static let limitMax = 50
    static let textsMax = 256
    /// Characters (Unicode scalars) of one piece of a document.
    static let pieceCharacters = 20_000
    static let pieceCharactersMax = 100_000
    /// Characters of a value of metadata; the rest becomes an ellipsis.
    private static let metadataCharactersMax = 1_000
    /// Names of metadata that a description lists for each index.
    private static let fieldsMax = 40

    init(catalog: Catalog) {
        self.catalog = catalog
    }

    /// Searching tools are offered only where there is an index.
    var all: [AgentTool] { catalog.indexes.isEmpty ? [embed] : [search, document, embed] }

    func indexProperty(_ description: String) -> RPCValue {
        [
            "type": "string", "enum": .array(catalog.indexes.map { .text($0.name) }),
            "description": .text(description),
        ]
    }

    /// What documents can be filtered by, as a sentence.
    var fieldsNote: String {
        let lists = catalog.indexes.compactMap { index -> String? in
            guard let names = fields[index.name], !names.isEmpty else { return nil }
            let shown = names.prefix(Self.fieldsMax).map { "\(quoted: $0)" }
            let rest = names.count - shown.count
            let list = shown.joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
            return catalog.indexes.count == 1 ? list : "\(index.name): \(list)"
        }
        return "A filter takes path, kind, title, name"
            + (lists.isEmpty
                ? "." : ", and these fields of the documents: \(lists.joined(separator: "; ")).")
    }
}

// MARK: - How documents are shown

extension AgentTools {
    /// Where something comes from, on one line: number and index for `get_document`, file and
    /// record to cite.
    static func place(document: Int64, index: String, path: String, name: String) -> String {
        "document \(document) of \(index), \(path)" + (name.isEmpty ? "" : ", \(name)")
    }

    /// Metadata of a bearable length: an agent reads all of it.
    static func bounded(_ metadata: [String: MetadataValue]) -> [String: MetadataValue] {
        metadata.mapValues { value in
            let scalars = value.asText.unicodeScalars
            guard scalars.count > metadataCharactersMax else { return value }
            return .text(String(scalars.prefix(metadataCharactersMax)) + "…")
        }
    }

    /// The chance of being right, where it is known, and the metadata, as a line; empty when there
    /// is neither.
    static func facts(
        probability: Double? = nil, metadata: [String: MetadataValue]
    ) -> String {
        let chance = probability.map { ["probability: \(($0 * 100).rounded() / 100)"] } ?? []
        let facts = metadata.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value.asText)" }
        return (chance + facts).joined(separator: "; ")
    }
}
