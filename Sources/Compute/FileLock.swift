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

    /// Takes the lock without waiting; the file is created when it is not there.
    ///
    /// - Throws: `FileLockBusy` when another process has it, `AtomicFileError` when the file cannot
    ///   be written.
    package init(_ file: URL) throws {
        descriptor = unsafe open(file.path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw AtomicFileError(
                path: file.path, problem: unsafe String(cString: strerror(errno)))
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw FileLockBusy()
        }
    }

    deinit {
        close(descriptor)
    }
}

/// Another process holds the lock.
package struct FileLockBusy: Error {}
