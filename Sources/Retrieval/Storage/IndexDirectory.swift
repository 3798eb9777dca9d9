package import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Where the parts of an index lie: one directory is one index.
package struct IndexDirectory: Sendable {
    package let url: URL

    package init(_ url: URL) {
        self.url = url
    }

    /// How people write the place of this index.
    var path: String { url.path }
    /// Documents, passages, BM25 postings, settings.
    package var database: URL { url.appendingPathComponent("index.sqlite") }
    /// Vectors that were computed by an update that has not finished.
    var staging: URL { url.appendingPathComponent("staging.vectors") }
    private var lock: URL { url.appendingPathComponent("writer.lock") }

    /// The vectors of one generation of the index.
    package func vectors(generation: Int) -> URL {
        url.appendingPathComponent("vectors-\(generation).i8")
    }

    /// Generations whose vector files are there.
    func vectorGenerations() -> [Int] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        return names.compactMap { name in
            guard name.hasPrefix("vectors-"), name.hasSuffix(".i8") else { return nil }
            return Int(name.dropFirst("vectors-".count).dropLast(".i8".count))
        }
    }

    /// Whether there is an index.
    package var exists: Bool { FileManager.default.fileExists(atPath: database.path) }

    /// Creates the directory. A directory that holds other things is refused.
    func create() throws {
        let manager = FileManager.default
        if !exists, let names = try? manager.contentsOfDirectory(atPath: path),
            names.contains(where: { !$0.hasPrefix("writer.lock") && !$0.hasPrefix("index.sqlite") })
        {
            throw RetrievalError.notAnIndex(
                path: path,
                problem: "the directory holds other files; choose another name for --out")
        }
        try manager.createDirectory(at: url, withIntermediateDirectories: true)
    }

    /// Holds the right to write while the returned value lives. The system gives it back when the
    /// process ends, however it ends.
    func lockForWriting() throws -> WriterLock {
        try WriterLock(path: lock.path, index: path)
    }
}

/// An advisory lock on a file.
final class WriterLock {
    private let descriptor: Int32

    fileprivate init(path: String, index: String) throws {
        descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            let reason = unsafe String(cString: strerror(errno))
            throw RetrievalError.notAnIndex(path: index, problem: "cannot be written to: \(reason)")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw RetrievalError.locked(path: index)
        }
    }

    deinit {
        close(descriptor)
    }
}
