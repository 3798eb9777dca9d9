/// A document or query id, compared byte by byte.
///
/// Swift's `String ==` treats "é" written as one or as two scalars as the same text; two documents
/// of a data set with such ids are two documents. Order is that of the UTF-8 bytes, as in `strcmp`,
/// which is the order that trec_eval uses to break ties.
package struct Identifier: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let text: String

    package init(_ text: String) {
        self.text = text
    }

    package static func == (a: Identifier, b: Identifier) -> Bool {
        a.text.utf8.elementsEqual(b.text.utf8)
    }

    package static func < (a: Identifier, b: Identifier) -> Bool {
        a.text.utf8.lexicographicallyPrecedes(b.text.utf8)
    }

    package func hash(into hasher: inout Hasher) {
        for byte in text.utf8 { hasher.combine(byte) }
        hasher.combine(0xFF as UInt8)
    }

    package var description: String { text }
}

extension Identifier: Codable {
    package init(from decoder: any Decoder) throws {
        text = try decoder.singleValueContainer().decode(String.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
