/// The tools over a catalog.
struct AgentTools: Sendable {
    let catalog: Catalog

    /// Passages of one search at most: an agent reads all of them.
    static let limitMax = 50
    static let textsMax = 256
    static let documentCharactersMax = 200_000

    /// Searching tools are offered only where there is an index.
    var all: [AgentTool] { catalog.indexes.isEmpty ? [embed] : [search, document, embed] }

    var indexProperty: JSONValue {
        [
            "type": "string", "enum": .array(catalog.indexes.map { .text($0.name) }),
            "description": "The index; without it, the first one.",
        ]
    }
}
