package import Foundation
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Messages over standard input and output, one per line. Nothing else may be written there.
package final class StandardStreams: Sendable {
    private let input: FileHandle
    private let output: Mutex<FileHandle>

    /// Bytes of one message at most.
    private static let lineByteCountMax = 16 << 20
    private static let pieceByteCount = 64 << 10

    package init(input: FileHandle = .standardInput, output: FileHandle = .standardOutput) {
        self.input = input
        self.output = Mutex(output)
    }

    /// Writes a message and a line end. A reader that has gone is no error: the input ends next.
    package func write(_ message: Data) {
        output.withLock { try? $0.write(contentsOf: message + Data("\n".utf8)) }
    }

    /// Calls `body` with every line, on a thread of its own, until the input ends. In the place of
    /// a line that is too long it gets one that is no JSON, and so is answered with an error.
    package func forEachLine(_ body: @escaping @Sendable (Data) -> Void) async {
        await withCheckedContinuation { continuation in
            OwnerThread().start(name: "ajan-input") {
                self.readLines(body)
                continuation.resume()
            }
        }
    }

    private func readLines(_ body: (Data) -> Void) {
        var line = Data()
        var isTooLong = false
        while let piece = nextPiece() {
            var rest = piece[...]
            while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                line.append(rest[..<end])
                rest = rest[(end + 1)...]
                if !line.allSatisfy(Self.isSpace) { body(isTooLong ? Data("!".utf8) : line) }
                line.removeAll()
                isTooLong = false
            }
            line.append(rest)
            if line.count > Self.lineByteCountMax {
                isTooLong = true
                line.removeAll()
                line.append(UInt8(ascii: "!"))
            }
        }
    }

    /// What has come in, as soon as anything has; nil at the end. `FileHandle.read` would wait
    /// until a whole piece is full.
    private func nextPiece() -> Data? {
        var bytes = [UInt8](repeating: 0, count: Self.pieceByteCount)
        let descriptor = input.fileDescriptor
        var count = 0
        repeat {
            // SAFETY: the buffer is as long as its count says, and lives through the call.
            count = unsafe bytes.withUnsafeMutableBytes { buffer in
                unsafe read(descriptor, buffer.baseAddress, buffer.count)
            }
        } while count < 0 && errno == EINTR
        return count > 0 ? Data(bytes[..<count]) : nil
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0D
    }
}
