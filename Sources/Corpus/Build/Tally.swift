/// What happened to the texts of one input: counts that add up over segments.
package struct Tally: Codable, Sendable, Equatable {
    /// Documents read, broken lines included.
    package var documents = 0
    package var broken = 0
    /// UTF-8 bytes that were read, after decompression.
    package var readByteCount = 0
    /// Texts that the documents were cut into.
    package var units = 0
    /// Texts or documents that went, by reason.
    package var dropped: [String: Int] = [:]
    /// Placeholders that were put in, by type.
    package var personalData: [String: Int] = [:]
    package var boilerplateLines = 0
    /// Texts that passed every filter.
    package var staged = 0

    package init() {}

    package mutating func add(_ other: Tally) {
        documents += other.documents
        broken += other.broken
        readByteCount += other.readByteCount
        units += other.units
        dropped.merge(other.dropped, uniquingKeysWith: +)
        personalData.merge(other.personalData, uniquingKeysWith: +)
        boilerplateLines += other.boilerplateLines
        staged += other.staged
    }

    mutating func drop(_ reason: DropReason, _ count: Int = 1) {
        dropped[reason.rawValue, default: 0] += count
    }

    package func count(_ reason: DropReason) -> Int { dropped[reason.rawValue] ?? 0 }
}
