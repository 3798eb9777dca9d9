import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A piece of work that one process has taken: an exclusive `flock` on a file, which the system
/// takes back when the process dies, however it dies.
final class FileClaim {
    private let descriptor: Int32
    private let path: String

    /// Takes the claim.
    ///
    /// - Parameter waits: whether to wait until another process gives it up.
    /// - Returns: nil when another process has it and `waits` is false.
    /// - Throws: `DistillationError.file` when the file cannot be made.
    init?(_ url: URL, waits: Bool = false) throws {
        path = url.path
        descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw DistillationError.file(path: path, problem: "the claim cannot be opened")
        }
        guard flock(descriptor, waits ? LOCK_EX : LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            return nil
        }
    }

    /// Gives the claim up and removes its file. Whoever holds the old file open takes it in vain
    /// and finds the work done, because everybody looks again once a claim is taken.
    func finish() { unsafe unlink(path) }

    deinit { close(descriptor) }
}
