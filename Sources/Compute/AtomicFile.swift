package import Foundation
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Writes files that are complete or not there: under a temporary name in the same folder first,
/// synced, then renamed.
package enum AtomicFile {
    /// Distinguishes the files that one process writes at the same time.
    private static let counter = Atomic<Int>(0)

    /// Gives `body` a handle to a new file, which takes the place of `file` when `body` has
    /// returned. When `body` throws, nothing is left behind and a file that was there before stays.
    ///
    /// - Throws: `AtomicFileError` when the system refuses, and whatever `body` throws.
    package static func write(to file: URL, _ body: (FileHandle) throws -> Void) throws {
        let number = counter.wrappingAdd(1, ordering: .relaxed).newValue
        let process = ProcessInfo.processInfo.processIdentifier
        let folder = file.deletingLastPathComponent()
        let beside = folder.appendingPathComponent(
            ".\(file.lastPathComponent).partial-\(process)-\(number)")
        // What a killed process of the same number left, or somebody's link, is no file of ours.
        unsafe unlink(beside.path)
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
        let descriptor = unsafe open(beside.path, flags, 0o666)
        guard descriptor >= 0 else { throw AtomicFileError(path: file.path, code: errno) }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        do {
            try body(handle)
            try handle.synchronize()
            try handle.close()
            guard unsafe rename(beside.path, file.path) == 0 else {
                throw AtomicFileError(path: file.path, code: errno)
            }
        } catch {
            unsafe unlink(beside.path)
            throw error
        }
        synchronize(folder: folder)
    }

    /// Makes the new name survive a power cut. Some file systems cannot sync a folder; the file
    /// itself is whole either way, so that is no error.
    static func synchronize(folder: URL) {
        let descriptor = unsafe open(folder.path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }
}

/// A file could not be written.
package struct AtomicFileError: Error, CustomStringConvertible, Equatable {
    /// The file that was asked for.
    package let path: String
    /// Why not.
    package let problem: String

    package init(path: String, problem: String) {
        self.path = path
        self.problem = problem
    }

    /// The reason that the system gives for the error number `code`.
    package init(path: String, code: Int32) {
        self.init(path: path, problem: unsafe String(cString: strerror(code)))
    }

    package var description: String { "cannot write \(path): \(problem)" }
}
