package import AjanDocuments
import Foundation
import GRDB

/// A document as a list shows it.
package struct DocumentSummary: Codable, Equatable, Sendable {
    package let id: Int64
    /// File that it comes from, and the record in it; the name is empty for whole files.
    package let path: String
    package let name: String
    package let title: String?
    package let passages: Int
}

/// A document as the index holds it.
package struct StoredDocument: Codable, Equatable, Sendable {
    package let id: Int64
    package let path: String
    package let kind: SourceKind
    package let name: String
    package let title: String?
    package let metadata: [String: MetadataValue]
    /// Headings and passages in their order, what two passages share written once.
    package let text: String
    package let passages: Int
}

extension IndexReader {
    /// The document `id`, as search hits name it; nil when the index has none.
    package func document(_ id: Int64) throws -> StoredDocument? {
        try database.read { db in
            try Self.document(db, condition: "document.id = ?", arguments: [id])
        }
    }

    /// The document of that file and record; `name` is empty for files that are one document.
    package func document(path: String, name: String = "") throws -> StoredDocument? {
        try database.read { db in
            try Self.document(
                db, condition: "source.path = ? AND document.name = ?", arguments: [path, name])
        }
    }

    /// Up to `limit` documents with larger ids than `after`, by id: the way to page through all.
    package func documents(after: Int64 = 0, limit: Int) throws -> [DocumentSummary] {
        try database.read { db in
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT document.id, path, name, title, count(passage.id) FROM document
                    JOIN source ON source.id = sourceID
                    LEFT JOIN passage ON documentID = document.id
                    WHERE document.id > ? GROUP BY document.id ORDER BY document.id LIMIT ?
                    """, arguments: [after, max(0, limit)])
            return try rows.map { row in
                DocumentSummary(
                    id: try row.value(at: 0), path: try row.value(at: 1),
                    name: try row.value(at: 2), title: try row.value(at: 3),
                    passages: try row.value(at: 4))
            }
        }
    }

    /// Names of the metadata that documents have, for filters, in the order of their bytes.
    package func metadataFields() throws -> [String] {
        try database.read(Self.metadataFields)
    }

    static func metadataFields(_ db: Database) throws -> [String] {
        try String.fetchAll(
            db,
            sql: "SELECT DISTINCT key FROM document, json_each(document.metadata) ORDER BY key")
    }

    private static func document(
        _ db: Database, condition: String, arguments: StatementArguments
    ) throws -> StoredDocument? {
        let row = try Row.fetchOne(
            db,
            sql: """
                SELECT document.id, path, kind, name, title, metadata FROM document
                JOIN source ON source.id = sourceID WHERE \(condition)
                """, arguments: arguments)
        guard let row else { return nil }
        let passages = try Row.fetchAll(
            db,
            sql: """
                SELECT heading, text, repeatedByteCount FROM passage WHERE documentID = ?
                ORDER BY ordinal
                """, arguments: [try row.value(Int64.self, at: 0)])
        return StoredDocument(
            id: try row.value(at: 0), path: try row.value(at: 1),
            kind: SourceKind(rawValue: try row.value(at: 2)) ?? .text, name: try row.value(at: 3),
            title: try row.value(at: 4), metadata: try row.metadata(at: 5),
            text: try text(of: passages), passages: passages.count)
    }

    /// Joins passages to the text that they were cut from, white space between them aside.
    private static func text(of passages: [Row]) throws -> String {
        var (text, heading) = ("", "")
        for passage in passages {
            let ownHeading = try passage.value(String.self, at: 0)
            let whole = try passage.value(String.self, at: 1)
            let repeated = try passage.value(Int.self, at: 2)
            guard (0...whole.utf8.count).contains(repeated) else {
                throw DatabaseError.damage("a passage repeats \(repeated) bytes")
            }
            let own = whole.utf8.dropFirst(repeated)
            let isNewHeading = ownHeading != heading
            heading = ownHeading
            if isNewHeading, !heading.isEmpty {
                text += (text.isEmpty ? "" : "\n\n") + heading + "\n"
            } else if !text.isEmpty {
                text += isNewHeading ? "\n\n" : "\n"
            }
            text += String(decoding: own, as: UTF8.self)
                .trimmingCharacters(in: .whitespacesAndNewlines)
        }
        return text
    }
}
