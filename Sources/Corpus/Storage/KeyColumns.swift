import Foundation

/// The keys of the texts of a segment: two of the exact hash, one per band. A file holds blocks of
/// rows, and a block its columns one behind the other; only the last block may be short. A merge
/// reads a file once per column and holds one column of one block.
struct KeyColumns {
    let rows: Int
    let columns: Int
    private let file: URL

    fileprivate static let blockRows = 4_096

    /// Looks at a file that `KeyWriter` made.
    ///
    /// - Throws: `CorpusError.snapshot` when it is not there or cut off.
    init(_ file: URL, columns: Int) throws {
        self.file = file
        self.columns = columns
        let row = columns * 8
        guard let size = try? file.resourceValues(forKeys: [.fileSizeKey]).fileSize,
            size % row == 0
        else {
            throw CorpusError.snapshot(
                path: file.path, problem: "the keys are missing or cut off; delete the folder")
        }
        rows = size / row
    }

    /// Calls `body` with every row in order and its words of `range`.
    func forEachRow(
        _ range: Range<Int>, _ body: (_ row: Int, _ words: (Int) -> UInt64) throws -> Void
    ) throws {
        guard rows > 0 else { return }
        let handle = try FileHandle(forReadingFrom: file)
        defer { try? handle.close() }
        var words: [UInt64] = []
        for first in stride(from: 0, to: rows, by: Self.blockRows) {
            let count = min(Self.blockRows, rows - first)
            try handle.seek(toOffset: UInt64((first * columns + range.lowerBound * count) * 8))
            words.removeAll(keepingCapacity: true)
            try handle.read(range.count * count, into: &words)
            guard words.count == range.count * count else {
                throw CorpusError.snapshot(path: file.path, problem: "the keys are cut off")
            }
            for row in 0..<count { try body(first + row) { words[$0 * count + row] } }
        }
    }

    /// Calls `body` with every row in order and its word of one column.
    func forEachRow(
        ofColumn column: Int, _ body: (_ row: Int, _ word: UInt64) throws -> Void
    ) throws {
        try forEachRow(column..<(column + 1)) { row, words in try body(row, words(0)) }
    }
}

/// Writes the keys of texts block by block.
struct KeyWriter {
    private let handle: FileHandle
    private let file: URL
    private let columns: Int
    private var pending: [UInt64] = []

    init(_ handle: FileHandle, file: URL, columns: Int) {
        self.handle = handle
        self.file = file
        self.columns = columns
    }

    /// - Parameter keys: one word per column.
    mutating func append(_ keys: [UInt64]) throws {
        pending += keys
        if pending.count == KeyColumns.blockRows * columns { try flush() }
    }

    /// Writes what is left.
    mutating func flush() throws {
        let rows = pending.count / columns
        var block: [UInt64] = []
        block.reserveCapacity(pending.count)
        for column in 0..<columns {
            for row in 0..<rows { block.append(pending[row * columns + column]) }
        }
        try handle.write(words: block, to: file)
        pending.removeAll(keepingCapacity: true)
    }
}
