import Foundation

/// Finds duplicates over the keys of all segments. One byte per text is in memory, the rest on
/// disk.
///
/// Of equal texts the first stays. Of near-duplicates, a text goes when it resembles a text before
/// it that stays; so every text that went has one like it in the result.
struct Duplicates {
    let folder: URL

    /// Members of a band group that each later member is compared with: the first and the nearest
    /// before it. Bounds the work on a page that was copied ten thousand times.
    static let firstMembersMax = 16
    static let nearMembersMax = 8

    /// Marks later copies among the texts that `isIn` accepts.
    func exact(
        _ files: [KeyColumns], isIn: (Int) -> Bool, mark: (Int) -> Void
    ) throws {
        let sorter = ExternalSorter(in: folder, name: "exact")
        var base = 0
        for file in files {
            let (high, low) = (try file.column(0), try file.column(1))
            for row in 0..<file.rows where isIn(base + row) {
                try sorter.append(
                    SortRecord(first: high[row], second: low[row], third: UInt64(base + row)))
            }
            base += file.rows
        }
        var last: SortRecord?
        try sorter.forEachSorted { record in
            if let last, last.first == record.first, last.second == record.second {
                mark(Int(record.third))
            } else {
                last = record
            }
        }
    }

    /// Pairs of texts that share a band, (later, earlier), sorted and distinct.
    func candidates(
        _ files: [KeyColumns], bands: Int, isIn: (Int) -> Bool
    ) throws -> ExternalSorter {
        let pairs = ExternalSorter(in: folder, name: "pairs")
        for band in 0..<bands {
            let sorter = ExternalSorter(in: folder, name: "band")
            var base = 0
            for file in files {
                for (row, key) in try file.column(2 + band).enumerated() where isIn(base + row) {
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

/// Shingle sets on disk, found by the number of their text.
final class ShingleStore {
    private let file: URL
    private let handle: FileHandle
    private var numbers: [Int] = []
    private var offsets: [Int] = [0]
    private var pending = Data()
    private var isReading = false

    private static let bufferByteCount = 1 << 22

    init(_ file: URL) throws {
        self.file = file
        guard FileManager.default.createFile(atPath: file.path, contents: nil),
            let handle = try? FileHandle(forUpdating: file)
        else { throw CorpusError.write(path: file.path, problem: "the file cannot be made") }
        self.handle = handle
    }

    deinit {
        try? handle.close()
        try? FileManager.default.removeItem(at: file)
    }

    /// Adds a set; numbers must rise.
    func append(_ shingles: [UInt32], number: Int) throws {
        numbers.append(number)
        offsets.append(offsets[offsets.count - 1] + shingles.count * 4)
        unsafe shingles.withUnsafeBytes { unsafe pending.append(contentsOf: $0) }
        if pending.count >= Self.bufferByteCount { try flush() }
    }

    private func flush() throws {
        try handle.write(contentsOf: pending)
        pending.removeAll(keepingCapacity: true)
    }

    /// The set of text `number`; nil when it was not added.
    func shingles(_ number: Int) throws -> [UInt32]? {
        if !isReading {
            try flush()
            isReading = true
        }
        var (low, high) = (0, numbers.count)
        while low < high {
            let middle = (low + high) / 2
            if numbers[middle] < number { low = middle + 1 } else { high = middle }
        }
        guard low < numbers.count, numbers[low] == number else { return nil }
        try handle.seek(toOffset: UInt64(offsets[low]))
        let data = try handle.read(upToCount: offsets[low + 1] - offsets[low]) ?? Data()
        return unsafe data.withUnsafeBytes { bytes in
            (0..<(bytes.count / 4)).map {
                unsafe bytes.loadUnaligned(fromByteOffset: $0 * 4, as: UInt32.self)
            }
        }
    }
}

extension ExternalSorter {
    /// Calls `body` with each distinct pair (later, earlier) in order, once.
    func forEachPair(_ body: (Int, Int) throws -> Void) throws {
        var last: SortRecord?
        try forEachSorted { record in
            if record == last { return }
            last = record
            try body(Int(record.first), Int(record.second))
        }
    }
}
