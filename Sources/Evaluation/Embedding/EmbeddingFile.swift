import AjanCZlib
import AjanCompute
import AjanEmbed
import Foundation

/// Embeddings on disk: one append-only file for one model, role and treatment of long texts.
///
/// Little-endian. Header: `AJEV`, version, dimensions (three UInt32). Then records of equal size:
/// digest of the text (32 bytes), tokens, kept, windows (UInt32 each), the vector, and the CRC-32
/// of all that. A process that is killed while it writes leaves at most one broken record at the
/// end; opening the file cuts it off there, and work goes on. A file of other dimensions, or with a
/// number that is not finite, is emptied: it is none of this model's.
final class EmbeddingFile {
    private let handle: FileHandle
    /// Held as long as this value lives.
    private let lock: FileLock
    private let url: URL
    private let dimensions: Int
    /// Whether the file begins with its header.
    private var hasHeader = false

    private static let magic: [UInt8] = Array("AJEV".utf8)
    private static let version: UInt32 = 1
    private static let headerByteCount = 12

    /// Opens or creates the file and takes it for this process.
    ///
    /// - Parameter dimensions: numbers of the model's vectors.
    /// - Returns: nil when another process is writing it.
    /// - Throws: `AtomicFileError` when the file cannot be created or is a link, `MappedFileError`
    ///   when it is no regular file.
    init?(_ url: URL, dimensions: Int) throws {
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        guard let lock = try FileLock(url) else { return nil }
        self.lock = lock
        self.url = url
        self.dimensions = dimensions
        handle = try RegularFile.handleForUpdating(url)
    }

    /// Reads every whole record and cuts off what follows the last one.
    func load() throws -> [TextDigest: SentenceEmbedding] {
        let data = [UInt8](try handle.readToEnd() ?? Data())
        guard Self.dimensions(of: data) == dimensions else { return try discard() }
        let size = Self.recordByteCount(dimensions)
        var found: [TextDigest: SentenceEmbedding] = [:]
        var offset = Self.headerByteCount
        while offset + size <= data.count {
            guard let (digest, text) = Self.decode(data[offset..<offset + size], dimensions) else {
                break
            }
            guard text.vector.allSatisfy(\.isFinite) else { return try discard() }
            found[digest] = text
            offset += size
        }
        try handle.truncate(atOffset: UInt64(offset))
        hasHeader = true
        return found
    }

    private func discard() throws -> [TextDigest: SentenceEmbedding] {
        try handle.truncate(atOffset: 0)
        return [:]
    }

    /// Appends records and hands them to the operating system.
    func append(_ records: [(TextDigest, SentenceEmbedding)]) throws {
        guard !records.isEmpty else { return }
        var bytes: [UInt8] = []
        if !hasHeader {
            bytes += Self.magic + Self.version.littleEndianBytes
            bytes += UInt32(clamping: dimensions).littleEndianBytes
            hasHeader = true
        }
        for (digest, text) in records { bytes += Self.encode(digest, text) }
        do {
            try handle.seekToEnd()
            try handle.write(contentsOf: Data(bytes))
        } catch {
            throw EvaluationError.file(
                path: url.path, problem: "the embeddings cannot be written; is the disk full?")
        }
    }

    private static func dimensions(of data: [UInt8]) -> Int? {
        guard data.count >= headerByteCount, Array(data[..<4]) == magic,
            integer(data[4..<8]) == Int(version)
        else { return nil }
        return integer(data[8..<12])
    }

    private static func recordByteCount(_ dimensions: Int) -> Int {
        TextDigest.byteCount + 12 + 4 * dimensions + 4
    }

    private static func encode(_ digest: TextDigest, _ text: SentenceEmbedding) -> [UInt8] {
        var record = digest.bytes
        for count in [text.tokens, text.kept, text.windows] {
            record += UInt32(clamping: count).littleEndianBytes
        }
        for number in text.vector { record += number.bitPattern.littleEndianBytes }
        return record + checksum(record[...]).littleEndianBytes
    }

    private static func decode(
        _ record: ArraySlice<UInt8>, _ dimensions: Int
    ) -> (TextDigest, SentenceEmbedding)? {
        guard checksum(record.dropLast(4)) == UInt32(integer(record.suffix(4))) else { return nil }
        let counts = record.dropFirst(TextDigest.byteCount)
        func field(_ index: Int) -> Int { integer(counts.dropFirst(4 * index).prefix(4)) }
        let vector = (0..<dimensions).map { Float(bitPattern: UInt32(field(3 + $0))) }
        return (
            TextDigest(bytes: record.prefix(TextDigest.byteCount)),
            SentenceEmbedding(vector: vector, tokens: field(0), kept: field(1), windows: field(2))
        )
    }

    private static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        unsafe bytes.withUnsafeBufferPointer { buffer in
            UInt32(truncatingIfNeeded: unsafe crc32(0, buffer.baseAddress, UInt32(buffer.count)))
        }
    }

    private static func integer(_ bytes: ArraySlice<UInt8>) -> Int {
        bytes.reversed().reduce(0) { $0 << 8 | Int($1) }
    }
}
