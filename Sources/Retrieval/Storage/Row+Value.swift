import AjanDocuments
import Foundation
import GRDB

/// SQLite lets every column hold a value of any type, and GRDB's subscript ends the process over
/// one that it cannot convert. `IndexDatabase` turns these errors into `RetrievalError.damaged`.
extension Row {
    func value<Value: DatabaseValueConvertible & StatementColumnConvertible>(
        _ type: Value.Type = Value.self, at index: Int
    ) throws -> Value {
        do {
            return try decode(type, atIndex: index)
        } catch {
            throw DatabaseError.damage(
                "the column \(Array(columnNames)[index]) holds a value of another type")
        }
    }

    func vectorKey(at index: Int) throws -> VectorKey {
        let bytes = try value(Data.self, at: index)
        guard bytes.count == VectorKey.byteCount else {
            throw DatabaseError.damage("a vectorKey of \(bytes.count) bytes")
        }
        return VectorKey(bytes: bytes)
    }

    func metadata(at index: Int) throws -> [String: MetadataValue] {
        let text = try value(String.self, at: index)
        do {
            return try JSONDecoder().decode([String: MetadataValue].self, from: Data(text.utf8))
        } catch {
            throw DatabaseError.damage("the metadata of a document cannot be read")
        }
    }
}

extension DatabaseError {
    static func damage(_ problem: String) -> DatabaseError {
        DatabaseError(resultCode: .SQLITE_CORRUPT, message: problem)
    }
}
