import Foundation
import GRDB
import TurkishText

/// The SQLite file of an index.
struct IndexDatabase: Sendable {
    static let formatVersion = 1

    let pool: DatabasePool

    /// Opens the database for writing, and creates its tables when they are not there.
    init(writing directory: IndexDirectory) throws {
        if !directory.exists { try Self.create(directory) }
        pool = try DatabasePool(path: directory.database.path, configuration: Self.configuration())
        try pool.write { db in
            if try !db.tableExists("meta") { try Self.createTables(db) }
        }
        try check(directory)
    }

    /// Opens the database for reading only.
    /// - Parameter maybeUnfinished: whether an index without tables is let through.
    init(reading directory: IndexDirectory, maybeUnfinished: Bool = false) throws {
        guard directory.exists else {
            throw RetrievalError.notAnIndex(
                path: directory.path,
                problem: "there is no index here; make one with: "
                    + "ajan index FOLDER --out \(directory.path)")
        }
        var configuration = Self.configuration()
        configuration.readonly = true
        do {
            pool = try DatabasePool(
                path: directory.database.path, configuration: configuration)
        } catch let error as DatabaseError {
            throw RetrievalError.damaged(
                path: directory.database.path, problem: error.message ?? "\(error.resultCode)")
        }
        try check(directory, maybeUnfinished: maybeUnfinished)
    }

    /// Makes the empty tables under another name, then gives the file its own. SQLite turns a new
    /// file to its write-ahead log through a rollback journal, and a reader, which may not write,
    /// could not open what a killed process left of that.
    private static func create(_ directory: IndexDirectory) throws {
        for file in [directory.databaseDraft, directory.database] {
            for part in ["", "-journal", "-wal", "-shm"] {
                try? FileManager.default.removeItem(atPath: file.path + part)
            }
        }
        let pool = try DatabasePool(
            path: directory.databaseDraft.path, configuration: configuration())
        try pool.write(createTables)
        try pool.close()
        try FileManager.default.moveItem(at: directory.databaseDraft, to: directory.database)
    }

    static func configuration() -> Configuration {
        var configuration = Configuration()
        configuration.busyMode = .timeout(10)
        configuration.prepareDatabase { db in
            db.add(tokenizer: TurkishFTS5Tokenizer.self)
        }
        return configuration
    }

    private func check(_ directory: IndexDirectory, maybeUnfinished: Bool = false) throws {
        let version: Int?
        do {
            version = try pool.read { db in
                try db.tableExists("meta") ? try Meta.formatVersion.read(db) : 0
            }
        } catch let error as DatabaseError {
            throw RetrievalError.damaged(
                path: directory.database.path, problem: error.message ?? "\(error.resultCode)")
        }
        if version == 0, maybeUnfinished { return }
        guard version == Self.formatVersion else {
            throw RetrievalError.notAnIndex(
                path: directory.path,
                problem: version == 0
                    ? "the index was never finished; run `ajan index` again"
                    : "its format is \(version ?? -1), this program reads \(Self.formatVersion); "
                        + "build the index again")
        }
    }

    private static func createTables(_ db: Database) throws {
        try db.execute(sql: schema)
        try Meta.formatVersion.write(db, formatVersion)
        try Meta.generation.write(db, 0)
    }

    /// Ids are never given twice, so an old vector file cannot name a newer passage.
    private static let schema = """
        CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE source(
            id INTEGER PRIMARY KEY AUTOINCREMENT, path TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,
            sha256 TEXT NOT NULL, byteCount INTEGER NOT NULL);
        CREATE TABLE document(
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            sourceID INTEGER NOT NULL REFERENCES source(id) ON DELETE CASCADE,
            name TEXT NOT NULL, title TEXT, metadata TEXT NOT NULL);
        CREATE INDEX document_source ON document(sourceID);
        CREATE TABLE passage(
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            documentID INTEGER NOT NULL REFERENCES document(id) ON DELETE CASCADE,
            ordinal INTEGER NOT NULL, heading TEXT NOT NULL, text TEXT NOT NULL,
            repeatedByteCount INTEGER NOT NULL, tokens INTEGER NOT NULL,
            vectorKey BLOB NOT NULL);
        CREATE INDEX passage_document ON passage(documentID);
        """

    /// BM25 postings over headings and texts, kept in step by triggers.
    static func createLexicon(_ db: Database, stemming: SearchTokenizer.Stemming) throws {
        try db.execute(
            sql: """
                CREATE VIRTUAL TABLE lexicon USING fts5(
                    heading, text, content='passage', content_rowid='id',
                    tokenize="\(TurkishFTS5Tokenizer.name) '\(stemming.rawValue)'");
                CREATE TRIGGER passage_insert AFTER INSERT ON passage BEGIN
                    INSERT INTO lexicon(rowid, heading, text)
                    VALUES (new.id, new.heading, new.text);
                END;
                CREATE TRIGGER passage_delete AFTER DELETE ON passage BEGIN
                    INSERT INTO lexicon(lexicon, rowid, heading, text)
                    VALUES ('delete', old.id, old.heading, old.text);
                END;
                """)
    }
}

/// One named value of the index, stored as JSON.
struct MetaKey<Value: Codable>: Sendable {
    let name: String

    func read(_ db: Database) throws -> Value? {
        guard
            let text = try String.fetchOne(
                db, sql: "SELECT value FROM meta WHERE key = ?", arguments: [name])
        else { return nil }
        return try JSONDecoder().decode(Value.self, from: Data(text.utf8))
    }

    func write(_ db: Database, _ value: Value) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        let text = String(decoding: try encoder.encode(value), as: UTF8.self)
        try db.execute(
            sql: "INSERT OR REPLACE INTO meta(key, value) VALUES (?, ?)", arguments: [name, text])
    }

    func delete(_ db: Database) throws {
        try db.execute(sql: "DELETE FROM meta WHERE key = ?", arguments: [name])
    }
}

/// What an index knows about itself.
enum Meta {
    static let formatVersion = MetaKey<Int>(name: "formatVersion")
    /// Counts finished updates; names the vector file that belongs to the tables.
    static let generation = MetaKey<Int>(name: "generation")
    static let settings = MetaKey<IndexSettings>(name: "settings")
    static let fingerprint = MetaKey<IndexFingerprint>(name: "fingerprint")
    /// Files and folders that the index follows.
    static let roots = MetaKey<[String]>(name: "roots")
    /// The graph over the vectors, when there are many.
    static let graph = MetaKey<GraphStamp>(name: "graph")
    static let background = MetaKey<ScoreBackground>(name: "background")
    static let profile = MetaKey<SearchProfile>(name: "profile")
}
