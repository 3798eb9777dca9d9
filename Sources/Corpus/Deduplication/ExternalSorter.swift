import Foundation

/// Three words that are sorted together, the first counting most.
struct SortRecord: Comparable, Sendable {
    var first: UInt64
    var second: UInt64
    var third: UInt64

    @inline(__always)
    static func < (left: Self, right: Self) -> Bool {
        if left.first != right.first { return left.first < right.first }
        if left.second != right.second { return left.second < right.second }
        return left.third < right.third
    }
}

/// Sorts more records than memory holds: sorted runs go to disk and are merged while they are read.
/// The order of the output depends on the records alone.
final class ExternalSorter {
    private let folder: URL
    private let name: String
    private let recordsMax: Int
    private var pending: [SortRecord] = []
    private var runs: [URL] = []

    /// - Parameter recordsMax: records in memory, 24 bytes each.
    init(in folder: URL, name: String, recordsMax: Int = 1 << 20) {
        self.folder = folder
        self.name = name
        self.recordsMax = recordsMax
    }

    deinit { for run in runs { try? FileManager.default.removeItem(at: run) } }

    func append(_ record: SortRecord) throws {
        pending.append(record)
        if pending.count == recordsMax { try spill() }
    }

    private func spill() throws {
        pending.sort()
        let run = folder.appendingPathComponent("\(name)-\(runs.count).run")
        let bytes = unsafe pending.withUnsafeBytes { unsafe Data($0) }
        do {
            try bytes.write(to: run)
        } catch {
            throw CorpusError.write(path: run.path, problem: "the disk is full or read-only")
        }
        runs.append(run)
        pending.removeAll(keepingCapacity: true)
    }

    /// Calls `body` with every record in order, once.
    func forEachSorted(_ body: (SortRecord) throws -> Void) throws {
        pending.sort()
        guard !runs.isEmpty else {
            for record in pending { try body(record) }
            return
        }
        try spill()
        pending = []
        let share = max(1_024, recordsMax / runs.count)
        var readers = try runs.map { try RunReader($0, recordsMax: share) }
        // A list that is kept sorted: there are few runs, and the head mostly stays near the front.
        var order = readers.indices.filter { readers[$0].head != nil }
        func precedes(_ left: Int, _ right: Int) -> Bool {
            guard let a = readers[left].head, let b = readers[right].head else { return false }
            return a < b
        }
        order.sort(by: precedes)
        while let next = order.first, let record = readers[next].head {
            try body(record)
            try readers[next].advance()
            order.removeFirst()
            guard readers[next].head != nil else { continue }
            let place = order.firstIndex { precedes(next, $0) } ?? order.endIndex
            order.insert(next, at: place)
        }
    }
}

/// A sorted run, read in pieces.
private struct RunReader {
    private let handle: FileHandle
    private let recordsMax: Int
    private var records: [SortRecord] = []
    private var position = 0

    init(_ run: URL, recordsMax: Int) throws {
        handle = try FileHandle(forReadingFrom: run)
        self.recordsMax = recordsMax
        try fill()
    }

    var head: SortRecord? { position < records.count ? records[position] : nil }

    mutating func advance() throws {
        position += 1
        if position == records.count { try fill() }
    }

    private mutating func fill() throws {
        let size = MemoryLayout<SortRecord>.size
        let data = try handle.read(upToCount: recordsMax * size) ?? Data()
        position = 0
        records = unsafe data.withUnsafeBytes { bytes in
            (0..<(bytes.count / size)).map {
                unsafe bytes.loadUnaligned(fromByteOffset: $0 * size, as: SortRecord.self)
            }
        }
    }
}
