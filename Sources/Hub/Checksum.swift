import AjanCompute
import Crypto
import Foundation

/// What a hub states about the bytes of a file.
package enum Checksum: Hashable, Sendable, CustomStringConvertible {
    /// Of files in large-file storage.
    case sha256(String)
    /// Git's name of a small file: SHA-1 over "blob", its length and its bytes.
    case gitBlob(String)

    /// Reads an ETag or an object name: 64 or 40 hexadecimal digits, quoted or not; nil for others.
    package init?(_ text: String) {
        // Not Turkish text: digits of base 16.
        var text = text.lowercased()
        if text.hasPrefix("w/") { text.removeFirst(2) }
        text = text.trimmingCharacters(in: CharacterSet(charactersIn: "\""))
        guard text.utf8.allSatisfy({ Self.hexadecimalDigits.contains($0) }) else { return nil }
        switch text.utf8.count {
        case 64: self = .sha256(text)
        case 40: self = .gitBlob(text)
        default: return nil
        }
    }

    private static let hexadecimalDigits = Set("0123456789abcdef".utf8)

    /// The digits alone.
    var digits: String {
        switch self {
        case .sha256(let text), .gitBlob(let text): text
        }
    }

    package var description: String {
        switch self {
        case .sha256(let text): "sha256 \(text)"
        case .gitBlob(let text): "git \(text)"
        }
    }

    /// The checksum of the same kind of a file, read in pieces.
    func of(file: URL, byteCount: Int) throws -> Checksum {
        let handle = try RegularFile.handle(file)
        defer { try? handle.close() }
        switch self {
        case .sha256:
            var hash = SHA256()
            try Self.feed(handle) { hash.update(data: $0) }
            return .sha256(hash.finalize().hexDigits)
        case .gitBlob:
            var hash = Insecure.SHA1()
            hash.update(data: Data("blob \(byteCount)\0".utf8))
            try Self.feed(handle) { hash.update(data: $0) }
            return .gitBlob(hash.finalize().hexDigits)
        }
    }

    private static func feed(_ handle: FileHandle, _ body: (Data) -> Void) throws {
        while let piece = try handle.read(upToCount: 4 << 20), !piece.isEmpty { body(piece) }
    }
}
