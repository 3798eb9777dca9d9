import Foundation
import GRDB
import GRDBSQLite

/// The SQLite file of an index.
struct IndexDatabase: Sendable {
    static let formatVersion = 1

    let pool: DatabasePool
    private let path: String

    /// Opens the database for writing, and creates its tables when they are not there.
    init(writing directory: IndexDirectory) throws {
        try directory.requireDatabase()
        if !directory.exists { try Self.create(directory) }
        path = directory.database.path
        pool = try Self.open(directory, Self.configuration())
        if try version(directory) == 0 { try pool.write(Self.createTables) }
        try check(directory)
    }

    /// Opens the database for reading only.
    /// - Parameter maybeUnfinished: whether an index without tables is let through.
    init(reading directory: IndexDirectory, maybeUnfinished: Bool = false) throws {
        try directory.requireDatabase()
        guard directory.exists else {
            throw RetrievalError.notAnIndex(
                path: directory.path,
                problem: "there is no index here; make one with: "
                    + "ajan index FOLDER --out \(directory.path)")
        }
        var configuration = Self.configuration()
        configuration.readonly = true
        path = directory.database.path
        pool = try Self.open(directory, configuration)
        try check(directory, maybeUnfinished: maybeUnfinished)
    }

    private static func open(
        _ directory: IndexDirectory, _ configuration: Configuration
    ) throws -> DatabasePool {
        do {
            return try DatabasePool(path: directory.database.path, configuration: configuration)
        } catch let error as DatabaseError {
            throw unreadable(directory, error)
        }
    }

    /// Reads one state of the tables.
    /// - Throws: `RetrievalError.damaged` for values that no index has, and what `body` throws.
    func read<Result>(_ body: (Database) throws -> Result) throws -> Result {
        try explained { try pool.read(body) }
    }

    /// Runs `body` in a transaction. Throws like `read`.
    func write<Result>(_ body: (Database) throws -> Result) throws -> Result {
        try explained { try pool.write(body) }
    }

    /// Errors of SQLite that come from what the file holds, and not from the system.
    private static let damages: [ResultCode] = [
        .SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_ERROR, .SQLITE_MISMATCH, .SQLITE_TOOBIG,
    ]

    private func explained<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let error as DatabaseError {
            throw Self.explained(error, path)
        } catch is RowDecodingError {
            throw RetrievalError.damaged(path: path, problem: "a value has another type")
        }
    }

    private static func explained(_ error: DatabaseError, _ path: String) -> any Error {
        guard damages.contains(error.resultCode) else { return error }
        return RetrievalError.damaged(path: path, problem: error.message ?? "\(error.resultCode)")
    }

    private static func unreadable(
        _ directory: IndexDirectory, _ error: DatabaseError
    ) -> any Error {
        switch error.resultCode {
        case .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_PERM:
            RetrievalError.notAnIndex(
                path: directory.path,
                problem: "the index cannot be opened without the right to write there; run "
                    + "`ajan index --out \(directory.path)` once more as its owner")
        default: explained(error, directory.database.path)
        }
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
            path: directory.databaseDraft.path, configuration: configuration(isDraft: true))
        try pool.write(createTables)
        try pool.close()
        try FileManager.default.moveItem(at: directory.databaseDraft, to: directory.database)
    }

    /// - Parameter isDraft: whether the file will get another name, and its log must go.
    static func configuration(isDraft: Bool = false) -> Configuration {
        var configuration = Configuration()
        configuration.busyMode = .timeout(10)
        configuration.prepareDatabase { db in
            db.add(tokenizer: TurkishFTS5Tokenizer.self)
            db.add(function: TextFunctions.composed)
            db.add(function: TextFunctions.lowercased)
            try db.execute(sql: "PRAGMA cell_size_check = ON")
            // Writers need triggers that fill the word index, which SQLite 3.40 does not trust.
            if db.configuration.readonly { try db.execute(sql: "PRAGMA trusted_schema = OFF") }
            // Readers who may not write into the folder need the files of the log to be there.
            if !db.configuration.readonly, !isDraft { try db.keepLog() }
        }
        return configuration
    }

    private func check(_ directory: IndexDirectory, maybeUnfinished: Bool = false) throws {
        let version = try version(directory)
        if version == 0, maybeUnfinished { return }
        guard version == Self.formatVersion else {
            throw RetrievalError.notAnIndex(
                path: directory.path,
                problem: version == 0
                    ? "the index was never finished; run `ajan index` again"
                    : "its format is \(version), this program reads \(Self.formatVersion); "
                        + "build the index again")
        }
    }

    /// The version of the format; 0 for a database without tables.
    private func version(_ directory: IndexDirectory) throws -> Int {
        do {
            return try pool.read { db in
                let state = try IndexSchema.state(db)
                if case .empty = state { return 0 }
                var version: Int?
                if state != .foreign(hasMeta: false) { version = try Meta.formatVersion.read(db) }
                guard let version, state == .known || version != Self.formatVersion else {
                    throw DatabaseError.damage("it has other tables than an index has")
                }
                return version
            }
        } catch let error as DatabaseError {
            throw Self.unreadable(directory, error)
        }
    }

    private static func createTables(_ db: Database) throws {
        try IndexSchema.create(db)
        try Meta.formatVersion.write(db, formatVersion)
        try Meta.generation.write(db, 0)
    }
}

extension Database {
    /// Keeps the files of the write-ahead log when the last connection closes. A reader without the
    /// right to write can open them, but not make them.
    fileprivate func keepLog() throws {
        var keeps: CInt = 1
        let code = unsafe sqlite3_file_control(
            sqliteConnection, nil, SQLITE_FCNTL_PERSIST_WAL, &keeps)
        guard code == SQLITE_OK else { throw DatabaseError(resultCode: ResultCode(rawValue: code)) }
    }
}
