import AjanCompute
import AjanDocuments
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
        /// The value contains a piece of text, in any case.
        case contains = "~"
    }

    private struct Condition: Sendable {
        let key: String
        let comparison: Comparison
        /// The value as it was typed.
        let text: String

        /// The column that the key names; nil for metadata.
        var column: String? { MetadataFilter.columns[key] }

        /// The number that is compared with; nil when letters are.
        var bound: Double? {
            guard column == nil, [.atLeast, .atMost, .greater, .less].contains(comparison) else {
                return nil
            }
            for isTurkish in [false, true] {
                if case .number(let number) = MetadataValue(cell: text, isTurkish: isTurkish) {
                    return number
                }
            }
            return nil
        }

        /// How SQLite writes a value that JSON holds as a number or a flag.
        var stored: String {
            switch MetadataValue(cell: text) {
            case .flag(let flag): flag ? "1" : "0"
            case let value: value.asText
            }
        }
    }

    private var conditions: [Condition] = []

    private static let countMax = 32
    /// Bytes of a condition at most.
    private static let byteCountMax = 256

    package init() {}

    /// Reads conditions such as `yil>=2020`, `kind=markdown`, `path~iade`.
    ///
    /// Names that are no metadata: `path`, `kind`, `title`, `name`.
    /// - Throws: `RetrievalError.request` for text that is no condition, and for too many of them.
    package init(_ texts: [String]) throws {
        guard texts.count <= Self.countMax else {
            throw RetrievalError.request(
                "\(texts.count) filters; \(Self.countMax) are the limit")
        }
        for text in texts { conditions.append(try Self.parse(text)) }
    }

    var isEmpty: Bool { conditions.isEmpty }

    /// Names of metadata that documents must have for the filter to make sense.
    var metadataKeys: [String] { conditions.filter { $0.column == nil }.map(\.key) }

    private static func parse(_ text: String) throws -> Condition {
        guard text.utf8.count <= byteCountMax else {
            throw RetrievalError.request(
                "a filter of \(text.utf8.count) bytes; \(byteCountMax) are the limit")
        }
        guard !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
        else { throw RetrievalError.request("\(quoted: text) has control characters in it") }
        // As the index holds it, whichever way it was typed.
        let text = text.precomposedStringWithCanonicalMapping
        guard let at = text.firstIndex(where: { "!<>=~".contains($0) }),
            let comparison = Comparison.allCases.first(where: { text[at...].hasPrefix($0.rawValue) }
            ),
            at > text.startIndex
        else {
            throw RetrievalError.request(
                "\(quoted: text) is no filter; write name=value, or one of != >= <= > < ~ for =")
        }
        let value = text[at...].dropFirst(comparison.rawValue.count)
        let key = String(text[..<at]).trimmingCharacters(in: .whitespaces)
        // SQLite's paths into JSON have no way to write these.
        guard !key.isEmpty, !key.utf8.contains(where: { $0 == 0x22 || $0 == 0x5C }) else {
            throw RetrievalError.request(
                "\(quoted: text) is no filter: it needs a name, without \" and \\ in it")
        }
        return Condition(
            key: key, comparison: comparison,
            text: value.trimmingCharacters(in: .whitespaces))
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
            if condition.column == nil { arguments += [Self.jsonPath(condition.key)] }
            switch condition.comparison {
            // What is asked for may be stored as text, or as a number or a flag.
            case .equal, .notEqual: arguments += [condition.text, condition.stored]
            case .contains: arguments += [condition.text]
            default: arguments += [condition.bound?.databaseValue ?? condition.text.databaseValue]
            }
        }
    }

    private static let columns = [
        "path": "source.path", "kind": "source.kind", "title": "document.title",
        "name": "document.name",
    ]

    private static func jsonPath(_ key: String) -> String {
        "$.\"\(key)\""
    }

    private static func sql(_ condition: Condition) -> String {
        if let column = condition.column { return test(column, condition) }
        // One row for each element of a list, one for a single value, none where there is no value.
        let isNegated = condition.comparison == .notEqual
        return """
            \(isNegated ? "NOT " : "")EXISTS (
                SELECT 1 FROM json_each(document.metadata, ?) AS field
                WHERE \(test("field.value", condition)))
            """
    }

    /// Whether `field` meets the condition; for `!=` of metadata, whether it is equal.
    private static func test(_ field: String, _ condition: Condition) -> String {
        let text = "nfc(CAST(\(field) AS TEXT))"
        let comparison = condition.comparison.rawValue
        switch condition.comparison {
        case .contains: return "instr(turkish_lower(\(text)), turkish_lower(?)) > 0"
        case .equal: return "\(text) IN (?, ?)"
        case .notEqual where condition.column == nil: return "\(text) IN (?, ?)"
        case .notEqual: return "ifnull(\(text), '') NOT IN (?, ?)"
        default:
            return condition.bound == nil
                ? "\(text) \(comparison) ?"
                : "field.type IN ('integer', 'real') AND \(field) \(comparison) ?"
        }
    }
}
