import Foundation

/// The lines of a file or of standard input, read piece by piece, so that memory does not grow with
/// the input. Bytes that are not UTF-8 become U+FFFD; `\r\n` counts as one line end.
struct LineReader: Sequence, IteratorProtocol {
    private let handle: FileHandle
    private var buffer = Data()
    private var isAtEnd = false

    private static let pieceByteCount = 1 << 20

    init(_ handle: FileHandle) {
        self.handle = handle
    }

    mutating func next() -> String? {
        var searched = 0
        while true {
            if let end = buffer.dropFirst(searched).firstIndex(of: UInt8(ascii: "\n")) {
                let line = buffer[buffer.startIndex..<end]
                buffer = buffer[(end + 1)...]
                return Self.text(line)
            }
            searched = buffer.count
            if isAtEnd {
                guard !buffer.isEmpty else { return nil }
                defer { buffer = Data() }
                return Self.text(buffer)
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

    private static func text(_ line: Data) -> String {
        let isWindows = line.last == UInt8(ascii: "\r")
        return String(decoding: isWindows ? line.dropLast() : line, as: UTF8.self)
    }
}
