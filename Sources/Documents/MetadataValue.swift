/// A value that searches can filter by.
package enum MetadataValue: Codable, Equatable, Sendable {
    case text(String)
    case number(Double)
    case flag(Bool)
    /// Tags and the like; a filter is met when any of them meets it.
    case list([MetadataValue])

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let flag = try? container.decode(Bool.self) {
            self = .flag(flag)
        } else if let number = try? container.decode(Double.self) {
            self = .number(number)
        } else if let text = try? container.decode(String.self) {
            self = .text(text)
        } else {
            self = .list(try container.decode([MetadataValue].self))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .text(let text): try container.encode(text)
        case .number(let number): try container.encode(number)
        case .flag(let flag): try container.encode(flag)
        case .list(let values): try container.encode(values)
        }
    }

    /// The value of a cell or a front-matter line: a number or a flag where it reads as one. Digits
    /// that a number would not keep are text: "0532", "34E5" and what is longer than a f64 holds.
    ///
    /// - Parameter isTurkish: whether the comma parts decimals and the point thousands, as in
    ///   `1.249,90`.
    package init(cell: String, isTurkish: Bool = false) {
        let number = isTurkish ? Self.turkishNumber(cell) ?? Self.number(cell) : Self.number(cell)
        if cell == "true" || cell == "false" {
            self = .flag(cell == "true")
        } else if let number {
            self = .number(number)
        } else {
            self = .text(cell)
        }
    }

    /// A decimal number of at most 15 digits, written without needless zeros in front.
    private static func number(_ text: String) -> Double? {
        let digits = text.utf8.first == UInt8(ascii: "-") ? text.utf8.dropFirst() : text.utf8[...]
        let parts = digits.split(
            separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
        guard digits.count <= 15, parts.allSatisfy(isDigits),
            parts[0].count == 1 || parts[0].first != UInt8(ascii: "0")
        else { return nil }
        return Double(text)
    }

    /// A number with a decimal comma, or with points between groups of three digits, or both.
    private static func turkishNumber(_ text: String) -> Double? {
        let halves = text.split(separator: ",", maxSplits: 1, omittingEmptySubsequences: false)
        let groups = halves[0].split(separator: ".", omittingEmptySubsequences: false)
        guard halves.count == 2 || groups.count > 1,
            groups.count == 1 || (1...3).contains(groups[0].utf8.count { $0 != 0x2D }),
            groups.dropFirst().allSatisfy({ $0.utf8.count == 3 && isDigits($0.utf8) })
        else { return nil }
        return number(groups.joined() + (halves.count == 2 ? ".\(halves[1])" : ""))
    }

    private static func isDigits(_ bytes: Substring.UTF8View) -> Bool {
        !bytes.isEmpty && bytes.allSatisfy { (48...57).contains($0) }
    }

    /// The value as people would write it.
    package var asText: String {
        switch self {
        case .text(let text): text
        case .number(let number): Int(exactly: number).map(String.init) ?? String(number)
        case .flag(let flag): flag ? "true" : "false"
        case .list(let values): values.map(\.asText).joined(separator: ", ")
        }
    }
}
