import Compute
package import Foundation

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
        do {
            return try FileLock(lock)
        } catch is FileLockBusy {
            throw RetrievalError.locked(path: path)
        }
    }
}
