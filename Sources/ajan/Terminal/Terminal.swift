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
        // Foundation's own form lists what only programmers want to know.
        let system = error as NSError
        if [NSCocoaErrorDomain, NSPOSIXErrorDomain].contains(system.domain) {
            let url = system.userInfo[NSURLErrorKey] as? URL
            let path = system.userInfo[NSFilePathErrorKey] as? String ?? url?.path
            let reason =
                SystemReason.code(of: error).map(SystemReason.text)
                ?? "the system refused to read or write it"
            return (path.map { $0 + ": " } ?? "") + reason
        }
        return "\(error)".split(whereSeparator: \.isNewline).joined(separator: " ")
    }
}
