import AjanCompute
import Foundation

/// Where a command writes: standard output, or a file that appears under its name only when it is
/// complete (written beside, synced, renamed).
final class OutputFile {
    private let path: String?
    private let temporary: URL?
    private let handle: FileHandle
    private var buffer = Data()

    private static let bufferByteCount = 1 << 20

    /// - Parameter path: nil for standard output.
    init(path: String?) throws {
        self.path = path
        guard let path else {
            temporary = nil
            handle = .standardOutput
            return
        }
        let temporary = URL(
            fileURLWithPath: path + ".partial-\(ProcessInfo.processInfo.processIdentifier)")
        let descriptor = unsafe open(
            temporary.path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw AtomicFileError(path: path, code: errno) }
        self.temporary = temporary
        handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    }

    func write(_ data: Data) throws {
        buffer.append(data)
        if buffer.count >= Self.bufferByteCount { try flush() }
    }

    /// Overwrites the start of the file; only for files, not for standard output.
    func overwriteStart(with data: Data) throws {
        try flush()
        try handle.seek(toOffset: 0)
        try handle.write(contentsOf: data)
        _ = try handle.seekToEnd()
    }

    /// Makes the file appear under its name.
    func finish() throws {
        try flush()
        guard let path, let temporary else { return }
        try handle.synchronize()
        try handle.close()
        guard unsafe rename(temporary.path, path) == 0 else {
            throw AtomicFileError(path: path, code: errno)
        }
    }

    /// Removes what was written so far.
    func abandon() {
        guard let temporary else { return }
        try? handle.close()
        try? FileManager.default.removeItem(at: temporary)
    }

    private func flush() throws {
        guard !buffer.isEmpty else { return }
        do {
            try handle.write(contentsOf: buffer)
        } catch {
            throw AtomicFileError(
                path: path ?? "standard output", code: SystemReason.code(of: error) ?? EIO)
        }
        buffer.removeAll(keepingCapacity: true)
    }
}
