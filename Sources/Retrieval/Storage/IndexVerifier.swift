import Foundation
import GRDB

/// What `ajan index verify` found.
package struct VerifyReport: Codable, Equatable, Sendable {
    package let passages: Int
    package let documents: Int
    package let sources: Int
    package let generation: Int
    /// Everything that is wrong; empty for a sound index.
    package let problems: [String]
}

/// Reads a whole index and checks every part against the others.
package struct IndexVerifier {
    private let directory: IndexDirectory
    private let database: IndexDatabase

    /// Opens the index without a model.
    package init(_ directory: IndexDirectory) throws {
        self.directory = directory
        // The check of the word index is a write to it in SQLite's eyes.
        database = try IndexDatabase(reading: directory)
    }

    package func verify() throws -> VerifyReport {
        try database.pool.read { db in
            func count(_ table: String) throws -> Int {
                try Int.fetchOne(db, sql: "SELECT count(*) FROM \(table)") ?? 0
            }
            var problems = try tables(db)
            let generation = try Meta.generation.read(db) ?? 0
            if generation == 0 {
                problems.append("no update of this index was ever finished")
            } else {
                problems += try vectors(db, generation: generation)
                problems += try lexicon(db)
            }
            return VerifyReport(
                passages: try count("passage"), documents: try count("document"),
                sources: try count("source"), generation: generation, problems: problems)
        }
    }

    private func tables(_ db: Database) throws -> [String] {
        let integrity = try String.fetchAll(db, sql: "PRAGMA integrity_check(20)")
            .filter { $0 != "ok" }.map { "index.sqlite: \($0)" }
        let orphans = try Row.fetchAll(db, sql: "PRAGMA foreign_key_check").map { row in
            "a row of '\(row[0] as String)' belongs to nothing"
        }
        return integrity + orphans
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
        var problems = file.checksumMatches() ? [] : ["\(file.path): the checksum does not match"]
        let ids = try Int64.fetchCursor(db, sql: "SELECT id FROM passage ORDER BY id")
        var row = 0
        while let id = try ids.next() {
            guard row < file.count, file.id(ofRow: row) == id else {
                problems.append("\(file.path): vector \(row) does not belong to passage \(id)")
                return problems
            }
            let scale = file.vector(row: row).scale
            if !scale.isFinite || scale < 0 {
                problems.append("\(file.path): the scale of vector \(row) is \(scale)")
            }
            row += 1
        }
        if row != file.count {
            problems.append("\(file.path): \(file.count) vectors for \(row) passages")
        }
        return problems
    }

    /// A word of passages spread over the index finds its passage.
    private func lexicon(_ db: Database) throws -> [String] {
        let documents = try Int.fetchOne(db, sql: "SELECT count(*) FROM lexicon_docsize") ?? 0
        let passages = try IndexWriter.passageCount(db)
        return documents == passages
            ? [] : ["the word index knows \(documents) passages, the tables hold \(passages)"]
    }
}
