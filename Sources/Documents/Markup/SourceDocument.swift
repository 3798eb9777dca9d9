/// A document as a reader found it, before it is cut into passages.
package struct SourceDocument: Equatable, Sendable {
    /// Its name inside its file: the id of a JSONL or CSV record, else empty.
    package var name: String
    package var title: String?
    package var metadata: [String: MetadataValue]
    package var sections: [Section]

    package init(
        name: String = "", title: String? = nil, metadata: [String: MetadataValue] = [:],
        sections: [Section] = []
    ) {
        self.name = name
        self.title = title
        self.metadata = metadata
        self.sections = sections
    }

    /// A run of text under one heading.
    package struct Section: Equatable, Sendable {
        /// Headings above the text, outermost first.
        package var headings: [String]
        package var text: String

        package init(headings: [String] = [], text: String) {
            self.headings = headings
            self.text = text
        }
    }
}

/// A value that searches can filter by.
package enum MetadataValue: Codable, Equatable, Sendable {
    case text(String)
    case number(Double)
    case flag(Bool)

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let flag = try? container.decode(Bool.self) {
            self = .flag(flag)
        } else if let number = try? container.decode(Double.self) {
            self = .number(number)
        } else {
            self = .text(try container.decode(String.self))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .text(let text): try container.encode(text)
        case .number(let number): try container.encode(number)
        case .flag(let flag): try container.encode(flag)
        }
    }

    /// The value of a cell or a front-matter line: a number or a flag where it reads as one.
    ///
    /// - Parameter hasDecimalComma: whether `12,5` is a number.
    package init(cell: String, hasDecimalComma: Bool = false) {
        if cell == "true" || cell == "false" {
            self = .flag(cell == "true")
        } else if let number = Double(cell), number.isFinite {
            self = .number(number)
        } else if hasDecimalComma, !cell.contains("."),
            let number = Double(String(cell.map { $0 == "," ? "." : $0 })), number.isFinite
        {
            self = .number(number)
        } else {
            self = .text(cell)
        }
    }
}
