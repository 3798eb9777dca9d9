import Foundation

/// Finds duplicates over the keys of all segments, in memory that does not grow with them.
///
/// Of equal texts the first stays. Of near-duplicates, a text goes when it resembles a text before
/// it that stays; so every text that went has one like it in the result.
struct Duplicates {
    let scratch: Scratch

    /// Members of a band group that each later member is compared with: the first and the nearest
    /// before it. Bounds the work on a page that was copied ten thousand times.
    static let firstMembersMax = 16
    static let nearMembersMax = 8

    /// Marks later copies among the texts that `isIn` accepts.
    func exact(
        _ files: [KeyColumns], isIn: (Int) throws -> Bool, mark: (Int) throws -> Void
    ) throws {
        let sorter = ExternalSorter(in: scratch, name: "exact")
        var base = 0
        for file in files {
            try file.forEachRow(0..<2) { row, words in
                guard try isIn(base + row) else { return }
                try sorter.append(
                    SortRecord(first: words(0), second: words(1), third: UInt64(base + row)))
            }
            base += file.rows
        }
        var last: SortRecord?
        try sorter.forEachSorted { record in
            if let last, last.first == record.first, last.second == record.second {
                try mark(Int(record.third))
            } else {
                last = record
            }
        }
    }

    /// Pairs of texts that share a band, (later, earlier), sorted and distinct.
    func candidates(
        _ files: [KeyColumns], bands: Int, isIn: (Int) throws -> Bool
    ) throws -> ExternalSorter {
        let pairs = ExternalSorter(in: scratch, name: "pairs")
        for band in 0..<bands {
            let sorter = ExternalSorter(in: scratch, name: "band")
            var base = 0
            for file in files {
                try file.forEachRow(ofColumn: DuplicateKeys.exactColumns + band) { row, key in
                    guard try isIn(base + row) else { return }
                    try sorter.append(
                        SortRecord(first: key, second: UInt64(base + row), third: 0))
                }
                base += file.rows
            }
            try collectPairs(sorter, into: pairs)
        }
        return pairs
    }

    private func collectPairs(_ sorter: ExternalSorter, into pairs: ExternalSorter) throws {
        var key: UInt64 = 0
        var first: [UInt64] = []
        var recent: [UInt64] = []
        try sorter.forEachSorted { record in
            if record.first != key || first.isEmpty {
                key = record.first
                first.removeAll(keepingCapacity: true)
                recent.removeAll(keepingCapacity: true)
            }
            for earlier in first + recent {
                try pairs.append(SortRecord(first: record.second, second: earlier, third: 0))
            }
            if first.count < Self.firstMembersMax {
                first.append(record.second)
            } else {
                if recent.count == Self.nearMembersMax { recent.removeFirst() }
                recent.append(record.second)
            }
        }
    }
}
