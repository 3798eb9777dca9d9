package import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Writes files that are complete or not there: beside their place first, synced, then renamed.
package enum AtomicFile {
    /// Gives `body` a handle to a new file, which takes the place of `file` when `body` has returned.
    /// When `body` throws, nothing is left behind and a file that was there before stays.
    package static func write(to file: URL, _ body: (FileHandle) throws -> Void) throws {
        let process = ProcessInfo.processInfo.processIdentifier
        let beside = file.deletingLastPathComponent()
            .appendingPathComponent(".\(file.lastPathComponent).partial-\(process)")
        guard FileManager.default.createFile(atPath: beside.path, contents: nil) else {
            throw AtomicFileError(path: file.path, problem: "the folder cannot be written to")
        }
        do {
            let handle = try FileHandle(forWritingTo: beside)
            try body(handle)
            try handle.synchronize()
            try handle.close()
            guard unsafe rename(beside.path, file.path) == 0 else {
                throw AtomicFileError(
                    path: file.path, problem: unsafe String(cString: strerror(errno)))
            }
        } catch {
            try? FileManager.default.removeItem(at: beside)
            throw error
        }
    }
}

/// A file could not be written.
package struct AtomicFileError: Error, CustomStringConvertible, Equatable {
    /// The file that was asked for.
    package let path: String
    /// Why not.
    package let problem: String

    package var description: String { "cannot write \(path): \(problem)" }
}
