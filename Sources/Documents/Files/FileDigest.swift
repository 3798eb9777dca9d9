import Crypto
package import Foundation

/// SHA-256 as lower-case hexadecimal digits.
package enum FileDigest {
    private static let chunkByteCount = 4 << 20

    /// Of a file, read in pieces.
    ///
    /// - Throws: `DataFileError.unreadable`.
    package static func sha256(of file: URL) throws -> String {
        do {
            let handle = try FileHandle(forReadingFrom: file)
            defer { try? handle.close() }
            var hash = SHA256()
            while let piece = try handle.read(upToCount: chunkByteCount), !piece.isEmpty {
                hash.update(data: piece)
            }
            return hex(hash.finalize())
        } catch {
            throw DataFileError.unreadable(path: file.path)
        }
    }

    /// Of bytes in memory.
    package static func sha256(_ bytes: some Sequence<UInt8>) -> String {
        hex(SHA256.hash(data: Array(bytes)))
    }

    private static func hex(_ digest: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(
            decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] },
            as: UTF8.self)
    }
}
