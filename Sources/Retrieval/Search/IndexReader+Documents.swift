package import Documents
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
        try database.pool.read { db in
            try Self.document(db, condition: "document.id = ?", arguments: [id])
        }
    }

    /// The document of that file and record; `name` is empty for files that are one document.
    package func document(path: String, name: String = "") throws -> StoredDocument? {
        try database.pool.read { db in
            try Self.document(
                db, condition: "source.path = ? AND document.name = ?", arguments: [path, name])
        }
    }

    /// Up to `limit` documents with larger ids than `after`, by id: the way to page through all.
    package func documents(after: Int64 = 0, limit: Int) throws -> [DocumentSummary] {
        try database.pool.read { db in
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT document.id, path, name, title, count(passage.id) FROM document
                    JOIN source ON source.id = sourceID
                    LEFT JOIN passage ON documentID = document.id
                    WHERE document.id > ? GROUP BY document.id ORDER BY document.id LIMIT ?
                    """, arguments: [after, max(0, limit)])
            return rows.map { row in
                DocumentSummary(
                    id: row[0], path: row[1], name: row[2], title: row[3], passages: row[4])
            }
        }
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
                """, arguments: [row[0] as Int64])
        return StoredDocument(
            id: row[0], path: row[1], kind: SourceKind(rawValue: row[2]) ?? .text, name: row[3],
            title: row[4],
            metadata: try JSONDecoder().decode(
                [String: MetadataValue].self, from: Data((row[5] as String).utf8)),
            text: text(of: passages), passages: passages.count)
    }

    /// Joins passages to the text that they were cut from, white space between them aside.
    private static func text(of passages: [Row]) -> String {
        var (text, heading) = ("", "")
        for passage in passages {
            let own = (passage[1] as String).utf8.dropFirst(passage[2])
            let isNewHeading = (passage[0] as String) != heading
            heading = passage[0]
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
