/// The best of what was offered: highest score first, ties by the smaller id.
struct TopK: Sendable {
    struct Entry: Equatable, Sendable {
        let id: Int64
        let score: Float

        func isBetter(than other: Entry) -> Bool {
            score == other.score ? id < other.id : score > other.score
        }
    }

    /// Entries kept at most.
    let capacity: Int
    /// Best first.
    private(set) var entries: [Entry] = []
    /// What a score has to reach to be kept.
    private(set) var least: Float

    /// - Parameter least: scores below this one are of no interest.
    init(_ capacity: Int, from least: Float = -.infinity) {
        self.capacity = max(1, capacity)
        self.least = least
    }

    /// - Complexity: O(1) for the many entries that are too weak, O(capacity) for the others.
    mutating func offer(id: Int64, score: Float) {
        guard score >= least else { return }
        let entry = Entry(id: id, score: score)
        if entries.count == capacity {
            guard entry.isBetter(than: entries[capacity - 1]) else { return }
            entries.removeLast()
        }
        var (low, high) = (0, entries.count)
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].isBetter(than: entry) { low = middle + 1 } else { high = middle }
        }
        entries.insert(entry, at: low)
        if entries.count == capacity { least = max(least, entries[capacity - 1].score) }
    }

    mutating func merge(_ other: TopK) {
        for entry in other.entries { offer(id: entry.id, score: entry.score) }
    }
}
