import AjanTurkishText
import GRDB

/// The tables of an index.
///
/// A database may come from a stranger, and what it has besides may run whenever it is used: a view
/// in the place of a table need not end, a trigger can change anything. So one with anything but
/// these tables is refused before a table is read.
enum IndexSchema {
    enum State: Equatable {
        /// Without tables: what a process leaves that is killed in its first moments.
        case empty
        case known
        /// - hasMeta: whether the settings are a table as here, from which the version can be read.
        case foreign(hasMeta: Bool)
    }

    /// A row of `sqlite_master`.
    private struct Entry {
        let type: String
        let name: String
        let table: String
        /// Nil for what SQLite adds by itself.
        let sql: String?

        init(_ type: String, _ name: String, of table: String? = nil, _ sql: String?) {
            self.type = type
            self.name = name
            self.table = table ?? name
            self.sql = sql
        }

        /// All of it as bytes, white space in the statement put as one blank. SQLite's texts have
        /// no zero bytes here.
        var key: [UInt8] {
            let words = (sql ?? "").utf8.split { $0 == 0x20 || (0x09...0x0D).contains($0) }
            let statement = Array(words.joined(separator: [0x20]))
            let parts = [type, name, table].map { Array($0.utf8) } + [statement]
            return Array(parts.joined(separator: [0]))
        }
    }

    /// Ids are never given twice, so an old vector file cannot name a newer passage.
    private static let tables = [
        meta,
        Entry(
            "table", "source",
            """
            CREATE TABLE source(
                id INTEGER PRIMARY KEY AUTOINCREMENT, path TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,
                sha256 TEXT NOT NULL, byteCount INTEGER NOT NULL)
            """),
        Entry(
            "table", "document",
            """
            CREATE TABLE document(
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                sourceID INTEGER NOT NULL REFERENCES source(id) ON DELETE CASCADE,
                name TEXT NOT NULL, title TEXT, metadata TEXT NOT NULL)
            """),
        Entry(
            "index", "document_source", of: "document",
            "CREATE INDEX document_source ON document(sourceID)"),
        Entry(
            "table", "passage",
            """
            CREATE TABLE passage(
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                documentID INTEGER NOT NULL REFERENCES document(id) ON DELETE CASCADE,
                ordinal INTEGER NOT NULL, heading TEXT NOT NULL, text TEXT NOT NULL,
                repeatedByteCount INTEGER NOT NULL, tokens INTEGER NOT NULL,
                vectorKey BLOB NOT NULL)
            """),
        Entry(
            "index", "passage_document", of: "passage",
            "CREATE INDEX passage_document ON passage(documentID)"),
    ]

    private static let meta = Entry(
        "table", "meta",
        "CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID")

    /// What SQLite makes of keys in `tables`.
    private static let implied = [
        Entry("index", "sqlite_autoindex_source_1", of: "source", nil),
        Entry("table", "sqlite_sequence", "CREATE TABLE sqlite_sequence(name,seq)"),
    ]

    /// BM25 postings over headings and texts, kept in step by triggers.
    private static func lexicon(_ stemming: SearchTokenizer.Stemming) -> [Entry] {
        [
            Entry(
                "table", "lexicon",
                """
                CREATE VIRTUAL TABLE lexicon USING fts5(
                    heading, text, content='passage', content_rowid='id',
                    tokenize="\(TurkishFTS5Tokenizer.name) '\(stemming.rawValue)'")
                """),
            Entry(
                "trigger", "passage_insert", of: "passage",
                """
                CREATE TRIGGER passage_insert AFTER INSERT ON passage BEGIN
                    INSERT INTO lexicon(rowid, heading, text)
                    VALUES (new.id, new.heading, new.text);
                END
                """),
            Entry(
                "trigger", "passage_delete", of: "passage",
                """
                CREATE TRIGGER passage_delete AFTER DELETE ON passage BEGIN
                    INSERT INTO lexicon(lexicon, rowid, heading, text)
                    VALUES ('delete', old.id, old.heading, old.text);
                END
                """),
        ]
    }

    /// What FTS5 keeps its postings in.
    private static let shadows = [
        Entry(
            "table", "lexicon_data",
            "CREATE TABLE 'lexicon_data'(id INTEGER PRIMARY KEY, block BLOB)"),
        Entry(
            "table", "lexicon_idx",
            "CREATE TABLE 'lexicon_idx'(segid, term, pgno, PRIMARY KEY(segid, term)) WITHOUT ROWID"),
        Entry(
            "table", "lexicon_docsize",
            "CREATE TABLE 'lexicon_docsize'(id INTEGER PRIMARY KEY, sz BLOB)"),
        Entry(
            "table", "lexicon_config",
            "CREATE TABLE 'lexicon_config'(k PRIMARY KEY, v) WITHOUT ROWID"),
    ]

    static func create(_ db: Database) throws {
        for entry in tables { try db.execute(sql: entry.sql ?? "") }
    }

    static func createLexicon(_ db: Database, stemming: SearchTokenizer.Stemming) throws {
        for entry in lexicon(stemming) { try db.execute(sql: entry.sql ?? "") }
    }

    /// What the database holds.
    static func state(_ db: Database) throws -> State {
        let found = try Row.fetchAll(
            db, sql: "SELECT type, name, tbl_name, sql FROM sqlite_master LIMIT 100"
        ).map { row in
            Entry(
                try row.value(at: 0), try row.value(at: 1), of: try row.value(at: 2),
                try row.value(at: 3)
            ).key
        }
        if found.isEmpty { return .empty }
        let known = [[]] + SearchTokenizer.Stemming.allCases.map { lexicon($0) + shadows }
        let isKnown = known.contains { rest in
            let keys = (tables + implied + rest).map(\.key)
            return keys.count == found.count && Set(keys) == Set(found)
        }
        return isKnown ? .known : .foreign(hasMeta: found.contains(meta.key))
    }
}
