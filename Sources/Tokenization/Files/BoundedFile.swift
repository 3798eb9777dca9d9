import AjanCompute
import Foundation

/// Reads a tokenizer file whole, up to a size that no real one reaches.
enum BoundedFile {
    private static let byteCountMax = 256 << 20

    /// - Returns: nil when there is no such file.
    static func bytes(at url: URL) throws(TokenizationError) -> [UInt8]? {
        guard FileManager.default.fileExists(atPath: url.path) else { return nil }
        let data: Data
        do throws(MappedFileError) {
            data = try RegularFile.read(url, upTo: byteCountMax + 1)
        } catch {
            throw .unreadable(error)
        }
        guard data.count <= byteCountMax else { throw tooLarge(url) }
        return Array(data)
    }

    /// The file mapped, within the same bounds; nil when there is no such file.
    static func map(_ url: URL) throws(TokenizationError) -> MappedFile? {
        guard FileManager.default.fileExists(atPath: url.path) else { return nil }
        let file: MappedFile
        do throws(MappedFileError) {
            file = try MappedFile(path: url.path)
        } catch {
            throw .unreadable(error)
        }
        guard file.byteCount <= byteCountMax else { throw tooLarge(url) }
        return file
    }

    private static func tooLarge(_ url: URL) -> TokenizationError {
        .damaged(file: url.path, problem: "it is larger than \(byteCountMax >> 20) MB")
    }
}
