import Compute
import Documents
import Foundation
import GRDB

/// Conditions that a passage's document must meet, all of them.
package struct MetadataFilter: Sendable {
    /// How a value is compared.
    package enum Comparison: String, CaseIterable, Sendable {
        case notEqual = "!="
        case atLeast = ">="
        case atMost = "<="
        case equal = "="
        case greater = ">"
        case less = "<"
        /// The value contains a piece of text.
        case contains = "~"
    }

    private struct Condition: Sendable {
        let key: String
        let comparison: Comparison
        let value: MetadataValue

        /// Whether the comparison is one of numbers.
        var isOrdered: Bool {
            guard case .number = value else { return false }
            return [.atLeast, .atMost, .greater, .less].contains(comparison)
        }
    }

    private var conditions: [Condition] = []

    package init() {}

    /// Reads conditions such as `yil>=2020`, `kind=markdown`, `path~iade`.
    ///
    /// Names that are no metadata: `path`, `kind`, `title`, `name`.
    /// - Throws: `RetrievalError.request` for text that is no condition.
    package init(_ texts: [String]) throws {
        for text in texts { conditions.append(try Self.parse(text)) }
    }

    var isEmpty: Bool { conditions.isEmpty }

    private static func parse(_ text: String) throws -> Condition {
        guard let at = text.firstIndex(where: { "!<>=~".contains($0) }),
            let comparison = Comparison.allCases.first(where: { text[at...].hasPrefix($0.rawValue) }
            ),
            at > text.startIndex
        else {
            throw RetrievalError.request(
                "\(quoted: text) is no filter; write name=value, or one of != >= <= > < ~ for =")
        }
        let value = text[at...].dropFirst(comparison.rawValue.count)
        return Condition(
            key: String(text[..<at]).trimmingCharacters(in: .whitespaces), comparison: comparison,
            value: MetadataValue(cell: value.trimmingCharacters(in: .whitespaces)))
    }

    /// Ids of the passages that meet all conditions, ascending.
    var passageQuery: String {
        """
        SELECT passage.id FROM passage JOIN document ON document.id = passage.documentID
        JOIN source ON source.id = document.sourceID
        WHERE \(conditions.map(Self.sql).joined(separator: " AND ")) ORDER BY passage.id
        """
    }

    /// What the question marks of `passageQuery` stand for.
    var arguments: StatementArguments {
        conditions.reduce(into: StatementArguments()) { arguments, condition in
            if Self.columns[condition.key] == nil {
                arguments += [Self.jsonPath(condition.key)]
            }
            switch condition.value {
            case .text(let text): arguments += [text]
            case .number(let number):
                // A number that is asked for may be stored as text and the other way round.
                arguments += condition.isOrdered ? [number] : [condition.value.asText]
            case .flag(let flag): arguments += [flag ? "1" : "0"]
            }
        }
    }

    private static let columns = [
        "path": "source.path", "kind": "source.kind", "title": "document.title",
        "name": "document.name",
    ]

    private static func jsonPath(_ key: String) -> String {
        "$.\"" + key.replacing("\"", with: "") + "\""
    }

    private static func sql(_ condition: Condition) -> String {
        let field = columns[condition.key] ?? "json_extract(document.metadata, ?)"
        return switch condition.comparison {
        case .contains: "instr(CAST(\(field) AS TEXT), ?) > 0"
        case .equal: "CAST(\(field) AS TEXT) = ?"
        case .notEqual: "CAST(\(field) AS TEXT) IS NOT ?"
        default:
            condition.isOrdered
                ? "CAST(\(field) AS REAL) \(condition.comparison.rawValue) ?"
                : "CAST(\(field) AS TEXT) \(condition.comparison.rawValue) ?"
        }
    }
}
