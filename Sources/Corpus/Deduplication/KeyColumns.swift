import Foundation

/// The keys of the texts of a segment, column by column: two of the exact hash, one per band. A
/// file is read one column at a time, so a merge holds one column of one segment.
struct KeyColumns {
    let rows: Int
    let columns: Int
    private let handle: FileHandle
    private let path: String

    private static let headerByteCount = 16

    /// Opens a file that `write` made.
    init(_ file: URL) throws {
        path = file.path
        guard let handle = try? FileHandle(forReadingFrom: file),
            let header = try? handle.read(upToCount: Self.headerByteCount),
            header.count == Self.headerByteCount
        else { throw CorpusError.snapshot(path: file.path, problem: "the keys cannot be read") }
        self.handle = handle
        let words = Self.words(header)
        guard words[0] < 1 << 40, words[1] < 1 << 16 else {
            throw CorpusError.snapshot(path: file.path, problem: "the keys are damaged")
        }
        rows = Int(words[0])
        columns = Int(words[1])
    }

    /// One column, a word per text.
    func column(_ index: Int) throws -> [UInt64] {
        let offset = Self.headerByteCount + index * rows * 8
        try handle.seek(toOffset: UInt64(offset))
        let data = try handle.read(upToCount: rows * 8) ?? Data()
        guard data.count == rows * 8 else {
            throw CorpusError.snapshot(path: path, problem: "the keys are cut off")
        }
        return Self.words(data)
    }

    /// The file of `keys`, one row per text, all rows of one length.
    static func data(of keys: [[UInt64]], columns: Int) -> Data {
        var words: [UInt64] = [UInt64(keys.count), UInt64(columns)]
        words.reserveCapacity(2 + keys.count * columns)
        for column in 0..<columns {
            for row in keys { words.append(row[column]) }
        }
        return unsafe words.withUnsafeBytes { unsafe Data($0) }
    }

    private static func words(_ data: Data) -> [UInt64] {
        unsafe data.withUnsafeBytes { bytes in
            (0..<(bytes.count / 8)).map {
                unsafe bytes.loadUnaligned(fromByteOffset: $0 * 8, as: UInt64.self)
            }
        }
    }
}
