import AjanCompute
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
    /// A new database before its tables are whole.
    var databaseDraft: URL { url.appendingPathComponent("index.sqlite.draft") }
    /// Vectors that were computed by an update that has not finished.
    var staging: URL { url.appendingPathComponent("staging.vectors") }
    private var lock: URL { url.appendingPathComponent("writer.lock") }

    /// The vectors of one generation of the index.
    package func vectors(generation: Int) -> URL {
        url.appendingPathComponent("vectors-\(generation).i8")
    }

    /// The graph over the vectors of one generation.
    package func graph(generation: Int) -> URL {
        url.appendingPathComponent("graph-\(generation).hnsw")
    }

    /// Where a graph is written before it is whole.
    var graphDraft: URL { url.appendingPathComponent("graph.draft") }

    /// Removes what no reader can still ask for: files of generations before the last, which stays
    /// for readers that began before this one became visible; and what a killed writer left.
    ///
    /// - Parameter generation: the one that the tables name.
    func clean(keeping generation: Int) throws {
        let manager = FileManager.default
        for name in try manager.contentsOfDirectory(atPath: path) {
            let isLeftOver =
                name.hasPrefix(".") && name.contains(".partial-")
                || [staging, graphDraft].map(\.lastPathComponent).contains(name)
            let isOutdated = Self.generation(of: name).map {
                $0 < generation - 1 || $0 > generation
            }
            if isLeftOver || isOutdated == true {
                try manager.removeItem(at: url.appendingPathComponent(name))
            }
        }
    }

    /// The number in `vectors-7.i8` or `graph-7.hnsw`.
    private static func generation(of name: String) -> Int? {
        let ends = [("vectors-", ".i8"), ("graph-", ".hnsw")]
        guard let (head, tail) = ends.first(where: { name.hasPrefix($0) && name.hasSuffix($1) })
        else { return nil }
        return Int(name.dropFirst(head.count).dropLast(tail.count))
    }

    /// Whether there is an index.
    package var exists: Bool { FileManager.default.fileExists(atPath: database.path) }

    /// Refuses what stands in the place of a file of an index and is none: an index may come from
    /// a stranger, and a link in it leads somewhere else. Where there is nothing, all is well.
    static func requireFile(_ url: URL) throws {
        let attributes = try? FileManager.default.attributesOfItem(atPath: url.path)
        guard let type = attributes?[.type] as? FileAttributeType else { return }
        guard type == .typeRegular else {
            throw RetrievalError.damaged(path: url.path, problem: "it is no regular file")
        }
    }

    /// Refuses a database that is no file or that lies beside what would lead SQLite elsewhere: a
    /// link in the place of its log, or a rollback journal, which can name a file to be deleted and
    /// which no index has.
    func requireDatabase() throws {
        for part in ["", "-wal", "-shm", "-journal"] {
            try Self.requireFile(URL(fileURLWithPath: database.path + part))
        }
        guard !exists || !FileManager.default.fileExists(atPath: database.path + "-journal") else {
            throw RetrievalError.damaged(
                path: database.path, problem: "a rollback journal lies beside it")
        }
    }

    /// A new file for reading and writing, in the place of whatever lies there.
    static func newFile(_ url: URL) throws -> FileHandle {
        try? FileManager.default.removeItem(at: url)
        let descriptor = unsafe open(url.path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw AtomicFileError(path: url.path, code: errno) }
        return FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    }

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

    /// Holds the right to write while the returned value lives.
    func lockForWriting() throws -> FileLock {
        guard let held = try FileLock(lock) else { throw RetrievalError.locked(path: path) }
        return held
    }
}
