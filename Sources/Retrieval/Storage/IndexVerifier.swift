import AjanCompute
import Foundation
import GRDB

/// What `ajan index verify` found.
package struct VerifyReport: Codable, Equatable, Sendable {
    package var passages = 0
    package var documents = 0
    package var sources = 0
    /// Finished updates; 0 for an index whose first one never ended, which is empty and sound.
    package var generation = 0
    /// Everything that is wrong; empty for a sound index.
    package var problems: [String] = []
}

/// Reads a whole index and checks every part against the others. Needs no model, writes nothing to
/// the index, and may run beside a writer.
package struct IndexVerifier {
    private let directory: IndexDirectory
    private let database: IndexDatabase

    package init(_ directory: IndexDirectory) throws {
        self.directory = directory
        database = try IndexDatabase(reading: directory, maybeUnfinished: true)
    }

    package func verify() throws -> VerifyReport {
        try database.read { db in
            var report = VerifyReport()
            report.problems = try tables(db)
            guard try db.tableExists("meta") else { return report }
            report.problems += try values(db)
            report.problems += try reported { try metadata(db) }
            func count(_ table: String) throws -> Int {
                try Int.fetchOne(db, sql: "SELECT count(*) FROM \(table)") ?? 0
            }
            report.passages = try count("passage")
            report.documents = try count("document")
            report.sources = try count("source")
            report.problems += try reported {
                report.generation = try Meta.generation.read(db) ?? 0
                return try settings(db)
            }
            if report.generation > 0 {
                report.problems += try reported {
                    try vectors(db, generation: report.generation)
                }
                report.problems += try lexicon(db)
            } else if report.passages > 0 {
                report.problems.append("there are passages, but no finished update")
            }
            return report
        }
    }

    /// What `body` finds, and what the tables hold that it cannot read.
    private func reported(_ body: () throws -> [String]) throws -> [String] {
        do {
            return try body()
        } catch let error as DatabaseError where error.resultCode == .SQLITE_CORRUPT {
            return ["index.sqlite: \(error.message ?? "\(error.resultCode)")"]
        }
    }

    /// Reads what else an index knows about itself.
    private func settings(_ db: Database) throws -> [String] {
        _ = try (Meta.settings.read(db), Meta.fields.read(db), Meta.roots.read(db))
        _ = try (Meta.background.read(db), Meta.profile.read(db))
        return []
    }

    private func tables(_ db: Database) throws -> [String] {
        let integrity = try String.fetchAll(db, sql: "PRAGMA integrity_check(20)")
            .filter { $0 != "ok" }.map { "index.sqlite: \($0)" }
        let orphans = try Row.fetchAll(db, sql: "PRAGMA foreign_key_check").map { row in
            "a row of \(quoted: try row.value(String.self, at: 0)) belongs to nothing"
        }
        return integrity + orphans
    }

    /// What every row of a table must have; SQLite itself takes any value for any column.
    private static let conditions: KeyValuePairs = [
        "meta": "typeof(key) = 'text' AND typeof(value) = 'text'",
        "source": """
        typeof(path) = 'text' AND typeof(kind) = 'text' AND typeof(sha256) = 'text'
        AND typeof(byteCount) = 'integer'
        """,
        "document": """
        typeof(sourceID) = 'integer' AND typeof(name) = 'text' AND typeof(title) IN ('text', 'null')
        AND typeof(metadata) = 'text'
        """,
        "passage": """
        typeof(documentID) = 'integer' AND typeof(ordinal) = 'integer' AND ordinal >= 0
        AND typeof(heading) = 'text' AND typeof(text) = 'text'
        AND typeof(repeatedByteCount) = 'integer'
        AND repeatedByteCount BETWEEN 0 AND length(CAST(text AS BLOB))
        AND typeof(tokens) = 'integer' AND tokens >= 0
        AND typeof(vectorKey) = 'blob' AND length(vectorKey) = \(VectorKey.byteCount)
        """,
    ]

    private func values(_ db: Database) throws -> [String] {
        try Self.conditions.compactMap { table, condition in
            let sql = "SELECT count(*) FROM \(table) WHERE NOT ifnull(\(condition), 0)"
            let count = try Int.fetchOne(db, sql: sql) ?? 0
            return count == 0
                ? nil : "index.sqlite: \(count) rows of \(table) hold values that cannot be"
        }
    }

    /// The metadata of every document can be read.
    private func metadata(_ db: Database) throws -> [String] {
        let rows = try Row.fetchCursor(db, sql: "SELECT metadata FROM document")
        while let row = try rows.next() { _ = try row.metadata(at: 0) }
        return []
    }

    /// Every passage has one vector, every vector one passage, and the bytes are those written.
    private func vectors(_ db: Database, generation: Int) throws -> [String] {
        guard let fingerprint = try Meta.fingerprint.read(db) else { return ["no fingerprint"] }
        let file: VectorFile
        do {
            file = try VectorFile(
                directory.vectors(generation: generation), dimensions: fingerprint.dimensions)
        } catch {
            return ["\(error)"]
        }
        guard file.checksumMatches() else {
            return ["\(file.path): the checksum does not match"]
        }
        return try rows(db, of: file) + graph(db, over: file)
    }

    private func rows(_ db: Database, of file: VectorFile) throws -> [String] {
        let ids = try Int64.fetchCursor(db, sql: "SELECT id FROM passage ORDER BY id")
        var row = 0
        while let id = try ids.next() {
            guard row < file.count, file.id(ofRow: row) == id else {
                return ["\(file.path): vector \(row) does not belong to passage \(id)"]
            }
            row += 1
        }
        return row == file.count ? [] : ["\(file.path): \(file.count) vectors for \(row) passages"]
    }

    /// The graph, where there is one, is the one that was written, and has every vector.
    private func graph(_ db: Database, over vectors: VectorFile) throws -> [String] {
        guard let stamp = try Meta.graph.read(db) else { return [] }
        do {
            let file = directory.graph(generation: stamp.generation)
            let graph = try VectorGraph(file, stamp: stamp, vectors: vectors)
            return graph.count == vectors.count
                ? [] : ["\(file.path): \(graph.count) nodes for \(vectors.count) vectors"]
        } catch {
            return ["\(error)"]
        }
    }

    /// The word index agrees with the passages, word by word. SQLite's own check of it counts as
    /// writing, so it runs on a copy.
    private func lexicon(_ db: Database) throws -> [String] {
        let copy = FileManager.default.temporaryDirectory
            .appendingPathComponent("ajan-verify-\(UUID().uuidString).sqlite")
        defer { try? FileManager.default.removeItem(at: copy) }
        let queue = try DatabaseQueue(
            path: copy.path, configuration: IndexDatabase.configuration(isDraft: true))
        do {
            try queue.writeWithoutTransaction { try db.backup(to: $0) }
            try queue.writeWithoutTransaction { db in
                try db.execute(
                    sql: "INSERT INTO lexicon(lexicon, rank) VALUES ('integrity-check', 1)")
            }
            return []
        } catch let error as DatabaseError {
            return ["the word index does not agree with the passages: \(error.message ?? "")"]
        }
    }
}
