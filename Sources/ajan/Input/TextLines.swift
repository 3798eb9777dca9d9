import AjanDocuments
import Foundation

/// The lines of a file or of standard input, read piece by piece, so that memory does not grow with
/// the input. Lines in Windows-1254 are converted; `\r\n` counts as one line end.
struct TextLines {
    /// Lines so far that were not UTF-8.
    private(set) var convertedCount = 0
    /// Whether the input is marked as UTF-16, whose lines cannot be told apart byte by byte.
    private(set) var isUTF16 = false
    /// Whether the input begins as gzip and zstd files do.
    private(set) var isCompressed = false

    private let handle: FileHandle
    private var buffer = Data()
    private var isAtEnd = false

    private static let pieceByteCount = 1 << 20
    private static let compressed: [[UInt8]] = [[0x1F, 0x8B], [0x28, 0xB5, 0x2F, 0xFD]]

    init(_ handle: FileHandle) {
        self.handle = handle
        readPiece()
        isUTF16 = DecodedText.isMarkedUTF16(buffer)
        isCompressed = Self.compressed.contains { buffer.starts(with: $0) }
        buffer = DecodedText.unmarked(buffer)
    }

    mutating func next() -> String? {
        var searched = 0
        while true {
            if let end = buffer.dropFirst(searched).firstIndex(of: UInt8(ascii: "\n")) {
                let line = buffer[buffer.startIndex..<end]
                buffer = buffer[(end + 1)...]
                return text(line)
            }
            searched = buffer.count
            if isAtEnd {
                guard !buffer.isEmpty else { return nil }
                defer { buffer = Data() }
                return text(buffer)
            }
            readPiece()
        }
    }

    private mutating func readPiece() {
        let piece = (try? handle.read(upToCount: Self.pieceByteCount)) ?? nil
        guard let piece, !piece.isEmpty else {
            isAtEnd = true
            return
        }
        buffer = Data(buffer) + piece
    }

    private mutating func text(_ line: Data) -> String {
        let isWindows = line.last == UInt8(ascii: "\r")
        let decoded = DecodedText(line: isWindows ? line.dropLast() : line)
        if decoded.encoding != .utf8 { convertedCount += 1 }
        return decoded.text
    }
}
