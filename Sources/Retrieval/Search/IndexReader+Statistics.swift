import Foundation
import GRDB

/// What an index holds and how large it is.
package struct IndexStatistics: Codable, Sendable {
    package let sources: Int
    package let documents: Int
    package let passages: Int
    /// Mean tokens of a passage.
    package let meanTokens: Double
    /// Finished updates so far.
    package let generation: Int
    /// Files by kind.
    package let kinds: [String: Int]
    /// Files and folders that the index follows.
    package let roots: [String]
    /// Bytes on disk.
    package let databaseByteCount: Int
    package let vectorByteCount: Int
    /// Bytes of the graph; 0 when dense search compares every vector.
    package let graphByteCount: Int
    package let settings: IndexSettings
    package let fingerprint: IndexFingerprint
    package let profile: SearchProfile
}

extension IndexReader {
    package func statistics() throws -> IndexStatistics {
        try database.read { db in
            func number<Value: DatabaseValueConvertible>(_ sql: String, _ none: Value) throws
                -> Value
            { try Value.fetchOne(db, sql: sql) ?? none }
            let generation = try Meta.generation.read(db) ?? 0
            let kinds = try Row.fetchAll(
                db, sql: "SELECT kind, count(*) FROM source GROUP BY kind")
            return IndexStatistics(
                sources: try number("SELECT count(*) FROM source", 0),
                documents: try number("SELECT count(*) FROM document", 0),
                passages: try number("SELECT count(*) FROM passage", 0),
                meanTokens: try number("SELECT avg(tokens) FROM passage", 0.0),
                generation: generation,
                kinds: Dictionary(
                    try kinds.map { (try $0.value(at: 0), try $0.value(at: 1)) },
                    uniquingKeysWith: +),
                roots: try Meta.roots.read(db) ?? [],
                databaseByteCount: byteCount(directory.database),
                vectorByteCount: byteCount(directory.vectors(generation: generation)),
                graphByteCount: try Meta.graph.read(db).map {
                    byteCount(directory.graph(generation: $0.generation))
                } ?? 0, settings: settings, fingerprint: fingerprint,
                profile: try Meta.profile.read(db) ?? SearchProfile())
        }
    }

    private func byteCount(_ file: URL) -> Int {
        let attributes = try? FileManager.default.attributesOfItem(atPath: file.path)
        return (attributes?[.size] as? Int) ?? 0
    }
}
