import AjanCompute
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

    /// Opens the log, or begins it anew when it belongs to another model or is no file.
    init(_ url: URL, fingerprint: IndexFingerprint) throws {
        self.url = url
        dimensions = fingerprint.dimensions
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        let head = Array(SHA256.hash(data: try encoder.encode(fingerprint)))
        let kept = try? RegularFile.handleForUpdating(url)
        if let kept, try kept.read(upToCount: Self.headByteCount) == Data(head) {
            handle = kept
        } else {
            handle = try IndexDirectory.newFile(url)
            try handle.write(contentsOf: head)
        }
        end = Self.headByteCount
        try replay()
    }

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

    private func record(_ key: VectorKey, _ vector: QuantizedVector) -> [UInt8] {
        var record = key.bytes
        record += vector.scale.bitPattern.littleEndianBytes
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
        let scale = Float(bitPattern: bits)
        guard VectorFile.scaleRange.contains(scale) else { return nil }
        return QuantizedVector(
            scale: scale,
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
