import AjanCompute
import AjanDocuments
import AjanEmbed
import Foundation
import GRDB

/// One update of an index, inside one database transaction: until it commits, readers see the index
/// as it was before, and a killed process leaves it so.
struct IndexUpdate {
    let database: Database
    let directory: IndexDirectory
    let embedder: any PassageEmbedder
    let staging: VectorStaging
    /// Called with the passages whose vectors are known so far.
    let progress: (Int) throws -> Void

    private var pending: [(key: VectorKey, text: String)] = []
    private var pendingKeys: Set<VectorKey> = []
    private let stored: StoredVectors
    /// Passages from which on a graph is built.
    private let graphFrom: Int
    private(set) var embedded = 0

    /// Passages embedded in one call: enough for the encoder to sort by length.
    private static let batchCount = 128

    init(
        database: Database, directory: IndexDirectory, embedder: any PassageEmbedder,
        staging: VectorStaging, stored: StoredVectors, graphFrom: Int,
        progress: @escaping (Int) throws -> Void
    ) {
        self.database = database
        self.directory = directory
        self.embedder = embedder
        self.staging = staging
        self.stored = stored
        self.graphFrom = graphFrom
        self.progress = progress
    }

    /// Puts the documents of a file into the tables.
    ///
    /// - Returns: the number of their passages.
    mutating func add(
        _ documents: [SourceDocument], of file: FoundFile, sha256: String, byteCount: Int,
        maker: PassageMaker
    ) throws -> Int {
        try database.execute(
            sql: "INSERT INTO source(path, kind, sha256, byteCount) VALUES (?, ?, ?, ?)",
            arguments: [file.path, file.kind.rawValue, sha256, byteCount])
        let source = database.lastInsertedRowID
        var count = 0
        for document in documents {
            try database.execute(
                sql: "INSERT INTO document(sourceID, name, title, metadata) VALUES (?, ?, ?, ?)",
                arguments: [
                    source, document.name, document.title, try Self.json(document.metadata),
                ])
            let id = database.lastInsertedRowID
            for (ordinal, passage) in maker.passages(of: document).enumerated() {
                try add(passage, ordinal: ordinal, document: id)
                count += 1
            }
        }
        return count
    }

    mutating func remove(path: String) throws {
        try database.execute(sql: "DELETE FROM source WHERE path = ?", arguments: [path])
    }

    private mutating func add(_ passage: Passage, ordinal: Int, document: Int64) throws {
        let key = VectorKey(text: passage.embeddedText)
        try database.execute(
            sql: """
                INSERT INTO passage(
                    documentID, ordinal, heading, text, repeatedByteCount, tokens, vectorKey)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                document, ordinal, passage.heading, passage.text, passage.repeatedByteCount,
                passage.tokens, Data(key.bytes),
            ])
        try need(key, text: passage.embeddedText)
    }

    /// Makes sure that there will be a vector for `key`.
    mutating func need(_ key: VectorKey, text: String) throws {
        guard !stored.contains(key), !staging.contains(key), pendingKeys.insert(key).inserted
        else { return }
        pending.append((key, text))
        if pending.count == Self.batchCount { try embedPending() }
    }

    private mutating func embedPending() throws {
        guard !pending.isEmpty else { return }
        let vectors = try embedder.vectors(of: pending.map(\.text), role: .passage)
        try staging.append(zip(pending, vectors).map { ($0.key, QuantizedVector($1)) })
        embedded += pending.count
        pending.removeAll(keepingCapacity: true)
        pendingKeys.removeAll(keepingCapacity: true)
        try progress(embedded)
    }

    /// Embeds what is left, writes the vector file of the next generation and names it in the
    /// tables.
    mutating func finish() throws {
        try embedPending()
        let generation = (try Meta.generation.read(database) ?? 0) + 1
        let rows = try Row.fetchCursor(
            database, sql: "SELECT id, vectorKey FROM passage ORDER BY id")
        var (ids, keys): ([Int64], [VectorKey]) = ([], [])
        while let row = try rows.next() {
            ids.append(try row.value(at: 0))
            keys.append(try row.vectorKey(at: 1))
        }
        let url = directory.vectors(generation: generation)
        try VectorFile.write(to: url, dimensions: embedder.dimensions, ids: ids) { index in
            let key = keys[index]
            guard let vector = try stored.vector(key) ?? staging.vector(key) else {
                throw RetrievalError.damaged(
                    path: directory.staging.path, problem: "the vector of a passage was lost")
            }
            return vector
        }
        try Meta.generation.write(database, generation)
        let file = try VectorFile(url, dimensions: embedder.dimensions)
        try writeGraph(over: file, generation: generation)
        let background = try ScoreBackground.measure(database, vectors: file, embedder: embedder)
        try Meta.background.write(database, background)
    }

    /// A graph over many vectors; none over few, where looking at all is as fast and exact. When
    /// passages were only added, the graph of the generation before is carried on.
    private func writeGraph(over vectors: VectorFile, generation: Int) throws {
        guard vectors.count >= graphFrom else { return try Meta.graph.delete(database) }
        var start: VectorGraph?
        if let stamp = try Meta.graph.read(database), stored.areFirst(of: vectors) {
            let file = directory.graph(generation: stamp.generation)
            start = try? VectorGraph(file, stamp: stamp, vectors: vectors)
        }
        let graph = try VectorGraph.build(over: vectors, from: start) { _ in
            try progress(embedded)
        }
        let stamp = try graph.write(
            to: directory.graph(generation: generation), draft: directory.graphDraft,
            generation: generation)
        try Meta.graph.write(database, stamp)
    }

    private static func json(_ metadata: [String: MetadataValue]) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        // Names in one form, so that filters find them whichever way they were written.
        let named = Dictionary(
            metadata.map { ($0.precomposedStringWithCanonicalMapping, $1) },
            uniquingKeysWith: { first, _ in first })
        return String(decoding: try encoder.encode(named), as: UTF8.self)
    }
}

/// The vectors that the index holds already, by what was embedded.
struct StoredVectors {
    private let file: VectorFile?
    private let rows: [VectorKey: Int]

    /// No vectors: of a new index, or of one that is embedded anew.
    static let none = StoredVectors()

    private init() {
        file = nil
        rows = [:]
    }

    /// The vectors of the current generation.
    init(_ database: Database, file: VectorFile) throws {
        self.file = file
        var rows: [VectorKey: Int] = [:]
        let cursor = try Row.fetchCursor(database, sql: "SELECT id, vectorKey FROM passage")
        while let passage = try cursor.next() {
            rows[try passage.vectorKey(at: 1)] = file.row(ofID: try passage.value(at: 0))
        }
        self.rows = rows
    }

    func contains(_ key: VectorKey) -> Bool { rows[key] != nil }

    /// Whether `vectors` begins with exactly these vectors. Ids ascend and are never given twice,
    /// so it is enough that the last one stands where it stood.
    func areFirst(of vectors: VectorFile) -> Bool {
        guard let file, file.count > 0, file.count <= vectors.count else { return false }
        return file.id(ofRow: file.count - 1) == vectors.id(ofRow: file.count - 1)
    }

    func vector(_ key: VectorKey) -> QuantizedVector? {
        guard let file, let row = rows[key] else { return nil }
        return file.vector(row: row)
    }
}
