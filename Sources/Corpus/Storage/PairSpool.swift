import Foundation

/// Distinct pairs (later, earlier) on disk, in order, read as often as needed.
final class PairSpool {
    private let file: URL
    private(set) var isEmpty = true

    private static let bufferWords = 1 << 15

    init(_ pairs: ExternalSorter, in scratch: Scratch) throws {
        let (file, handle) = try scratch.makeFile("pairs.spill")
        self.file = file
        defer { try? handle.close() }
        var pending: [UInt64] = []
        func flush() throws {
            try handle.write(words: pending, to: file)
            pending.removeAll(keepingCapacity: true)
        }
        var last: SortRecord?
        try pairs.forEachSorted { record in
            if record == last { return }
            last = record
            isEmpty = false
            pending.append(record.first)
            pending.append(record.second)
            if pending.count >= Self.bufferWords { try flush() }
        }
        try flush()
    }

    deinit { try? FileManager.default.removeItem(at: file) }

    func forEach(_ body: (_ later: Int, _ earlier: Int) throws -> Void) throws {
        let handle = try FileHandle(forReadingFrom: file)
        defer { try? handle.close() }
        var words: [UInt64] = []
        while true {
            words.removeAll(keepingCapacity: true)
            try handle.read(Self.bufferWords, into: &words)
            guard words.count > 1 else { return }
            for place in stride(from: 0, to: words.count - 1, by: 2) {
                try body(Int(words[place]), Int(words[place + 1]))
            }
        }
    }
}
