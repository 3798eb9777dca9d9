/// A few texts of many, the same ones whatever the order: those with the least hash of seed and
/// text.
package struct SampleKeeper: Codable, Sendable, Equatable {
    static let textsMax = 20
    private static let scalarsMax = 300

    package struct Entry: Codable, Sendable, Equatable {
        package var rank: UInt64
        package var text: String
        package var source: String
    }

    package private(set) var entries: [Entry] = []

    /// Offers a text; `text` is made only when it is kept.
    mutating func offer(rank: UInt64, source: String, _ text: () -> String) {
        if entries.count == Self.textsMax, let last = entries.last, last.rank <= rank { return }
        var short = String.UnicodeScalarView()
        short.append(contentsOf: text().unicodeScalars.prefix(Self.scalarsMax))
        insert(Entry(rank: rank, text: String(short), source: source))
    }

    mutating func add(_ other: SampleKeeper) { for entry in other.entries { insert(entry) } }

    private mutating func insert(_ entry: Entry) {
        let place = entries.firstIndex { ($0.rank, $0.text) > (entry.rank, entry.text) }
        entries.insert(entry, at: place ?? entries.endIndex)
        if entries.count > Self.textsMax { entries.removeLast() }
    }

    /// Rank of a text under a seed.
    static func rank(_ text: String, seed: UInt64) -> UInt64 {
        var hash = Mix.finish(Mix.seed ^ seed)
        for byte in text.utf8 { hash = Mix.step(hash, byte) }
        return Mix.finish(hash)
    }
}
