package import AjanRetrieval

/// An index under the name that requests call it by.
package struct ServedIndex: Sendable {
    package let name: String
    package let reader: IndexReader

    package init(name: String, reader: IndexReader) {
        self.name = name
        self.reader = reader
    }
}

/// What a server serves.
package final class Catalog: Sendable {
    /// In the order of the command line; the first is the default.
    package let engines: [EmbeddingEngine]
    package let indexes: [ServedIndex]
    private let searchers: WorkerTeam

    /// Searches that run at once: enough that their questions share a pass of the model.
    private static let searchThreads = 4
    private static let searchesWaitingMax = 256

    package init(engines: [EmbeddingEngine], indexes: [ServedIndex]) {
        self.engines = engines
        self.indexes = indexes
        searchers = WorkerTeam(
            threads: indexes.isEmpty ? 0 : Self.searchThreads,
            waitingMax: Self.searchesWaitingMax, name: "ajan-search")
    }

    /// The model of that name; the first when no name is given.
    func engine(_ name: String?) throws -> EmbeddingEngine {
        let found = name.map { name in engines.first { $0.name == name } } ?? engines.first
        guard let found else {
            throw ServingError.unknown(
                kind: "model", name: name ?? "", known: engines.map(\.name))
        }
        return found
    }

    /// The index of that name; the first when no name is given.
    func index(_ name: String?) throws -> ServedIndex {
        let found = name.map { name in indexes.first { $0.name == name } } ?? indexes.first
        guard let found else {
            throw ServingError.unknown(
                kind: "index", name: name ?? "",
                known: indexes.isEmpty ? ["none; start with --index DIR"] : indexes.map(\.name))
        }
        return found
    }

    /// Runs a search on a thread that may wait.
    func search<Value: Sendable>(
        isAbandoned: @escaping @Sendable () -> Bool = { false },
        _ body: @escaping @Sendable () throws -> Value
    ) async throws -> Value {
        try await searchers.run(isAbandoned: isAbandoned, body)
    }

    /// Finishes what waits, searches before models.
    package func stop() {
        searchers.stop()
        for engine in engines { engine.stop() }
    }
}
