import Compute
import Foundation

/// Reads a tokenizer file whole, up to a size that no real one reaches.
enum BoundedFile {
    private static let byteCountMax = 256 << 20

    /// - Returns: nil when there is no such file.
    static func bytes(at url: URL) throws(TokenizationError) -> [UInt8]? {
        guard FileManager.default.fileExists(atPath: url.path) else { return nil }
        guard let handle = try? FileHandle(forReadingFrom: url),
            let data = try? handle.read(upToCount: byteCountMax + 1)
        else { throw .unreadable(file: url.path) }
        guard data.count <= byteCountMax else {
            throw .damaged(file: url.path, problem: "it is larger than \(byteCountMax >> 20) MB")
        }
        return Array(data)
    }

    /// The file mapped, within the same bounds; nil when there is no such file.
    static func map(_ url: URL) throws(TokenizationError) -> MappedFile? {
        guard FileManager.default.fileExists(atPath: url.path) else { return nil }
        guard let file = try? MappedFile(path: url.path) else { throw .unreadable(file: url.path) }
        guard file.byteCount <= byteCountMax else {
            throw .damaged(file: url.path, problem: "it is larger than \(byteCountMax >> 20) MB")
        }
        return file
    }
}
