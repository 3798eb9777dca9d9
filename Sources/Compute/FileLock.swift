package import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A lock between processes, on a file of its own. Whoever holds it keeps the value; the system
/// takes the lock back when the process ends, however it ends.
package final class FileLock: Sendable {
    private let descriptor: Int32
    private let path: String

    /// Takes the lock; the file is created when it is not there, and anything else in its place
    /// is refused.
    ///
    /// - Parameter waits: whether to wait until another process gives it up.
    /// - Returns: nil when another process has it and `waits` is false.
    /// - Throws: `AtomicFileError` when the file cannot be made.
    package init?(_ file: URL, waits: Bool = false) throws {
        // The two properties are set last: from then on `deinit` runs, also for a failed `init`.
        let opened = unsafe open(
            file.path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0o644)
        guard opened >= 0 else { throw AtomicFileError(path: file.path, code: errno) }
        var status = stat()
        guard unsafe fstat(opened, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(opened)
            throw AtomicFileError(path: file.path, problem: "it is no regular file")
        }
        guard flock(opened, waits ? LOCK_EX : LOCK_EX | LOCK_NB) == 0 else {
            close(opened)
            return nil
        }
        descriptor = opened
        path = file.path
    }

    /// Removes the lock's file; the lock itself is held on. Whoever has the old file open takes it
    /// in vain, so with files that go away everybody looks again once a lock is taken.
    package func removeFile() { unsafe unlink(path) }

    deinit { close(descriptor) }
}
