import AjanCompute
import Foundation

/// Standard output and standard error.
enum Terminal {
    enum Stream {
        case output
        case error

        var handle: FileHandle { self == .output ? .standardOutput : .standardError }
    }

    /// Whether people look at the stream (rather than a pipe or a file).
    static func isInteractive(_ stream: Stream) -> Bool {
        isatty(stream == .output ? STDOUT_FILENO : STDERR_FILENO) == 1
    }

    /// Writes `text` and a line end, if there is text. A closed pipe (`ajan ... | head`) ends
    /// quietly, a full disk does not.
    static func write(_ text: String, to stream: Stream = .output) {
        guard !text.isEmpty else { return }
        do {
            try stream.handle.write(contentsOf: Data((text + "\n").utf8))
        } catch {
            let code = SystemReason.code(of: error) ?? EIO
            guard stream == .output, code != EPIPE else { exit(0) }
            write("ajan: \(AtomicFileError(path: "standard output", code: code))", to: .error)
            exit(1)
        }
    }
}

/// One line for an error, whatever kind it is.
enum ErrorText {
    static func line(for error: any Error) -> String {
        if let line = SystemReason.line(for: error) { return line }
        return "\(error)".split(whereSeparator: \.isNewline).joined(separator: " ")
    }
}
