import Foundation

/// Three words that are sorted together, the first counting most.
struct SortRecord: Comparable, BitwiseCopyable, Sendable {
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
/// The order of the output depends on the records alone; memory and open files do not depend on
/// their number.
final class ExternalSorter {
    private let scratch: Scratch
    private let name: String
    private var pending: [SortRecord] = []
    private var runs: [URL] = []
    private var runsMade = 0

    /// - Parameter name: begins the names of its files; one sorter of a name at a time.
    init(in scratch: Scratch, name: String) {
        self.scratch = scratch
        self.name = name
    }

    deinit { remove(runs) }

    func append(_ record: SortRecord) throws {
        pending.append(record)
        if pending.count == scratch.memory.sortRecords { try spill() }
    }

    private func spill() throws {
        pending.sort()
        try addRun { run in
            for record in pending { try run.append(record) }
        }
        pending.removeAll(keepingCapacity: true)
    }

    private func addRun(_ body: (RunWriter) throws -> Void) throws {
        let (url, handle) = try scratch.makeFile("\(name)-\(runsMade).run")
        runs.append(url)
        runsMade += 1
        let writer = RunWriter(url, handle)
        try body(writer)
        try writer.finish()
    }

    /// Calls `body` with every record in order, once.
    func forEachSorted(_ body: (SortRecord) throws -> Void) throws {
        guard !runs.isEmpty else {
            pending.sort()
            for record in pending { try body(record) }
            return
        }
        if !pending.isEmpty { try spill() }
        pending = []
        while runs.count > scratch.memory.mergeRuns {
            let oldest = Array(runs.prefix(scratch.memory.mergeRuns))
            try addRun { run in try merge(oldest) { try run.append($0) } }
            remove(oldest)
            runs.removeFirst(oldest.count)
        }
        try merge(runs, body)
    }

    private func merge(_ runs: [URL], _ body: (SortRecord) throws -> Void) throws {
        let share = max(16, scratch.memory.sortRecords / runs.count)
        let readers = try runs.map { try RunReader($0, recordsMax: share) }
        // The first record of each run that is left, the least at the end.
        var heads: [(record: SortRecord, reader: RunReader)] = []
        func insert(_ record: SortRecord, _ reader: RunReader) {
            var (low, high) = (0, heads.count)
            while low < high {
                let middle = (low + high) / 2
                if heads[middle].record < record { high = middle } else { low = middle + 1 }
            }
            heads.insert((record, reader), at: low)
        }
        for reader in readers {
            if let record = try reader.next() { insert(record, reader) }
        }
        while let head = heads.popLast() {
            try body(head.record)
            if let record = try head.reader.next() { insert(record, head.reader) }
        }
    }

    private func remove(_ runs: [URL]) {
        for run in runs { try? FileManager.default.removeItem(at: run) }
    }
}

/// Writes a sorted run through a small buffer.
private final class RunWriter {
    private let file: URL
    private let handle: FileHandle
    private var buffer: [SortRecord] = []

    private static let bufferRecords = 4_096

    init(_ file: URL, _ handle: FileHandle) {
        self.file = file
        self.handle = handle
    }

    func append(_ record: SortRecord) throws {
        buffer.append(record)
        if buffer.count == Self.bufferRecords { try flush() }
    }

    private func flush() throws {
        try handle.write(words: buffer, to: file)
        buffer.removeAll(keepingCapacity: true)
    }

    func finish() throws {
        try flush()
        try handle.close()
    }
}

/// A sorted run, read in pieces.
private final class RunReader {
    private let handle: FileHandle
    private let recordsMax: Int
    private var records: [SortRecord] = []
    private var position = 0

    init(_ run: URL, recordsMax: Int) throws {
        handle = try FileHandle(forReadingFrom: run)
        self.recordsMax = recordsMax
    }

    deinit { try? handle.close() }

    /// The next record; nil behind the last one.
    func next() throws -> SortRecord? {
        if position == records.count {
            records.removeAll(keepingCapacity: true)
            position = 0
            try handle.read(recordsMax, into: &records)
            if records.isEmpty { return nil }
        }
        position += 1
        return records[position - 1]
    }
}
