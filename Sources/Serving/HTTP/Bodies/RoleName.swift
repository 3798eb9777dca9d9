import AjanEmbed

/// The names that clients give to roles: ours, Cohere's and sentence-transformers'.
enum RoleName {
    private static let roles: [String: Role] = [
        "query": .query, "search_query": .query, "passage": .passage, "document": .passage,
        "search_document": .passage, "none": .none,
    ]

    static func role(_ name: String) -> Role? { roles[name] }

    /// - Parameter field: where the name was found, for the error.
    static func role(_ name: String?, field: String) throws -> Role? {
        guard let name else { return nil }
        guard let role = roles[name] else {
            throw ServingError.invalidField(
                field, index: nil,
                problem: "the role is unknown; choose one of "
                    + roles.keys.sorted().joined(separator: ", "))
        }
        return role
    }
}

extension Catalog {
    /// A model name as clients write it: `NAME`, `NAME:query` or `NAME:passage`.
    func resolve(model name: String?) throws -> (engine: EmbeddingEngine, role: Role?) {
        if let name, !engines.contains(where: { $0.name == name }),
            let colon = name.lastIndex(of: ":"),
            let role = RoleName.role(String(name[name.index(after: colon)...]))
        {
            return (try engine(String(name[..<colon])), role)
        }
        return (try engine(name), nil)
    }
}
