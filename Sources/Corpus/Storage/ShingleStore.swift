import Foundation

/// The shingle sets of some texts on disk, found by the number of their text.
final class ShingleStore {
    private let file: URL
    private let handle: FileHandle
    /// Per text: 0 when its set is not wanted, 1 when it is, else 2 and where it lies in the file,
    /// in words.
    private let places: PagedArray<UInt64>
    private var pending: [UInt32] = []
    private var wordsWritten = 0
    private var isReading = false

    private static let bufferWords = 1 << 16

    init(count: Int, in scratch: Scratch) throws {
        (file, handle) = try scratch.makeFile("shingles.spill")
        places = PagedArray(count: count, in: scratch, name: "places")
    }

    deinit {
        try? handle.close()
        try? FileManager.default.removeItem(at: file)
    }

    /// Says that the set of text `number` will be asked for.
    func want(_ number: Int) throws {
        if try places.value(at: number) == 0 { try places.set(1, at: number) }
    }

    func isWanted(_ number: Int) throws -> Bool { try places.value(at: number) != 0 }

    /// Adds the set of text `number`.
    func append(_ shingles: [UInt32], number: Int) throws {
        try places.set(UInt64(wordsWritten + pending.count + 2), at: number)
        pending.append(UInt32(shingles.count))
        pending.append(contentsOf: shingles)
        if pending.count >= Self.bufferWords { try flush() }
    }

    private func flush() throws {
        try handle.write(words: pending, to: file)
        wordsWritten += pending.count
        pending.removeAll(keepingCapacity: true)
    }

    /// The set of text `number`; nil when it was not added.
    func shingles(_ number: Int) throws -> [UInt32]? {
        if !isReading {
            try flush()
            isReading = true
        }
        let place = try places.value(at: number)
        guard place >= 2 else { return nil }
        try handle.seek(toOffset: (place - 2) * 4)
        var words: [UInt32] = []
        try handle.read(1 + Self.likelyCount, into: &words)
        guard let count = words.first.map(Int.init) else { return nil }
        if count > Self.likelyCount { try handle.read(count - Self.likelyCount, into: &words) }
        guard words.count > count else { return nil }
        return Array(words[1...count])
    }

    /// Most sets are read in one go.
    private static let likelyCount = 255
}
