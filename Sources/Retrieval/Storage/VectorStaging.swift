import Compute
import Crypto
import Foundation

/// Vectors of an update that is under way, in a log that survives the process: what was embedded
/// before a crash is not embedded again.
///
/// A record is a key (16 bytes), a scale (4), the digits, and the first 8 bytes of the SHA-256 of
/// all that; reading stops at the first record that does not check. The head names the model.
final class VectorStaging {
    private let url: URL
    private let dimensions: Int
    private let handle: FileHandle
    private var positions: [VectorKey: Int] = [:]
    private var end: Int

    private static let headByteCount = 32
    private static let checkByteCount = 8
    private var recordByteCount: Int {
        VectorKey.byteCount + 4 + dimensions + Self.checkByteCount
    }

    /// Opens the log, or begins it anew when it belongs to another model.
    init(_ url: URL, fingerprint: IndexFingerprint) throws {
        self.url = url
        dimensions = fingerprint.dimensions
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        let head = Array(SHA256.hash(data: try encoder.encode(fingerprint)))
        let kept = (try? FileHandle(forReadingFrom: url).read(upToCount: Self.headByteCount))
        if kept.map(Array.init) != head {
            try Data(head).write(to: url)
        }
        handle = try FileHandle(forUpdating: url)
        end = Self.headByteCount
        try replay()
    }

    /// Vectors in the log.
    var count: Int { positions.count }

    func contains(_ key: VectorKey) -> Bool { positions[key] != nil }

    /// The vector of `key`; nil if it was never staged.
    func vector(_ key: VectorKey) throws -> QuantizedVector? {
        guard let position = positions[key] else { return nil }
        try handle.seek(toOffset: UInt64(position))
        guard let record = try handle.read(upToCount: recordByteCount) else { return nil }
        return vector(in: Array(record))
    }

    /// Adds vectors at the end of the log.
    func append(_ vectors: [(VectorKey, QuantizedVector)]) throws {
        var batch = Data()
        for (key, vector) in vectors where positions[key] == nil {
            positions[key] = end + batch.count
            batch.append(contentsOf: record(key, vector))
        }
        try handle.seek(toOffset: UInt64(end))
        try handle.write(contentsOf: batch)
        end += batch.count
    }

    /// Removes the log; its vectors are in the index now.
    func remove() throws {
        try handle.close()
        try FileManager.default.removeItem(at: url)
    }

    private func record(_ key: VectorKey, _ vector: QuantizedVector) -> [UInt8] {
        let bits = vector.scale.bitPattern
        var record = key.bytes
        record += (0..<4).map { UInt8(truncatingIfNeeded: bits >> (8 * $0)) }
        record += vector.digits.map { UInt8(bitPattern: $0) }
        return record + SHA256.hash(data: record).prefix(Self.checkByteCount)
    }

    private func vector(in record: [UInt8]) -> QuantizedVector? {
        guard record.count == recordByteCount else { return nil }
        let body = record.dropLast(Self.checkByteCount)
        guard
            Array(SHA256.hash(data: body).prefix(Self.checkByteCount))
                == Array(record.suffix(Self.checkByteCount))
        else { return nil }
        let bits = (0..<4).reduce(UInt32(0)) {
            $0 | UInt32(body[VectorKey.byteCount + $1]) << (8 * $1)
        }
        return QuantizedVector(
            scale: Float(bitPattern: bits),
            digits: body[(VectorKey.byteCount + 4)...].map { Int8(bitPattern: $0) })
    }

    private func replay() throws {
        try handle.seek(toOffset: UInt64(end))
        while let record = try handle.read(upToCount: recordByteCount),
            vector(in: Array(record)) != nil
        {
            positions[VectorKey(bytes: record.prefix(VectorKey.byteCount))] = end
            end += recordByteCount
        }
        try handle.truncate(atOffset: UInt64(end))
    }
}
