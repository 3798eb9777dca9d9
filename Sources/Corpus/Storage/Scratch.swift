import Foundation

/// Where a merge puts what memory does not hold.
struct Scratch: Sendable {
    let folder: URL
    let memory: BuildMemory

    /// A new empty file, open for reading and writing.
    ///
    /// - Throws: `CorpusError.write`.
    func makeFile(_ name: String) throws -> (url: URL, handle: FileHandle) {
        let file = folder.appendingPathComponent(name)
        guard FileManager.default.createFile(atPath: file.path, contents: nil),
            let handle = try? FileHandle(forUpdating: file)
        else { throw CorpusError.write(path: file.path, problem: "the file cannot be made") }
        return (file, handle)
    }
}

extension FileHandle {
    /// Writes `words` as they lie in memory.
    ///
    /// - Throws: `CorpusError.write`.
    func write<Word: BitwiseCopyable>(words: [Word], to file: URL) throws {
        let bytes = unsafe words.withUnsafeBytes { unsafe Data($0) }
        do {
            try write(contentsOf: bytes)
        } catch {
            throw CorpusError.write(path: file.path, problem: "the disk is full or read-only")
        }
    }

    /// Appends at most `count` words to `words`; fewer only at the end of the file.
    func read<Word: BitwiseCopyable>(_ count: Int, into words: inout [Word]) throws {
        let size = MemoryLayout<Word>.size
        let data = try read(upToCount: count * size) ?? Data()
        unsafe data.withUnsafeBytes { bytes in
            for place in 0..<(bytes.count / size) {
                unsafe words.append(
                    bytes.loadUnaligned(fromByteOffset: place * size, as: Word.self))
            }
        }
    }
}
