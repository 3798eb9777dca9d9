import Foundation
import GRDB

/// One named value of the index, stored as JSON.
struct MetaKey<Value: Codable & Sendable>: Sendable {
    let name: String
    /// Whether this program would have written the value.
    var isSound: @Sendable (Value) -> Bool = { _ in true }

    /// - Throws: `DatabaseError` for a value that cannot be.
    func read(_ db: Database) throws -> Value? {
        let row = try Row.fetchOne(
            db, sql: "SELECT value FROM meta WHERE key = ?", arguments: [name])
        guard let text = try row?.value(String.self, at: 0) else { return nil }
        guard let value = try? JSONDecoder().decode(Value.self, from: Data(text.utf8)),
            isSound(value)
        else { throw DatabaseError.damage("its \(name) cannot be read") }
        return value
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
