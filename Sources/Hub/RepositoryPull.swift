import AjanCompute
package import Foundation
import Synchronization

/// What a pull did.
package struct PullReport: Codable, Equatable, Sendable {
    package let repository: String
    package let commit: String
    /// Where the files are.
    package let folder: String
    package let files: Int
    package let byteCount: Int
    /// False when the folder held this commit already.
    package let fetched: Bool
}

/// Brings a repository into the cache, as a whole or not at all.
///
/// Files are fetched in parallel into a folder beside the final one, each checked against what the
/// repository states, and the folder takes its name when every file is there. Stopped at any
/// moment, the next pull goes on with the bytes that arrived.
package struct RepositoryPull: Sendable {
    package let repository: RepositoryID
    package let settings: HubSettings
    package var selection = FileSelection()
    /// Root of the cache; models go to `models/`, data to `data/` below it.
    package let cache: URL
    /// Called with bytes that are there and bytes in all.
    package var progress: @Sendable (Int, Int) -> Void = { _, _ in }

    package init(_ repository: RepositoryID, settings: HubSettings, cache: URL) {
        self.repository = repository
        self.settings = settings
        self.cache = cache
    }

    /// Where the repository will be.
    package var folder: URL {
        let kind = repository.kind == .model ? "models" : "data"
        let name = "\(repository)".replacingOccurrences(of: "/", with: "_", range: revisionRange)
        return cache.appendingPathComponent(kind).appendingPathComponent(name, isDirectory: true)
    }

    /// Slashes of a revision would make folders.
    private var revisionRange: Range<String.Index> {
        let text = "\(repository)"
        return text.index(text.startIndex, offsetBy: repository.name.count)..<text.endIndex
    }

    private var staging: URL {
        folder.deletingLastPathComponent()
            .appendingPathComponent(".\(folder.lastPathComponent).pull", isDirectory: true)
    }

    /// Pulls; gives what is there already when it is this commit.
    package func run() async throws -> PullReport {
        if settings.isOffline {
            guard let record = PullRecord(in: folder) else {
                throw HubError.offline(repository: "\(repository)")
            }
            return report(record, fetched: false)
        }
        return try await pull(HubConnection(settings))
    }

    private func pull(_ connection: HubConnection) async throws -> PullReport {
        let listing = try await RepositoryListing(repository, connection: connection)
        let files = selection.choose(listing.files, kind: repository.kind)
        guard !files.isEmpty else { throw HubError.nothingToPull(repository: "\(repository)") }
        let wanted = Set(files.map(\.path))
        if let record = PullRecord(in: folder), record.commit == listing.commit,
            wanted.isSubset(of: record.files.map(\.path)), record.isWhole(in: folder)
        {
            return report(record, fetched: false)
        }
        try FileManager.default.createDirectory(at: staging, withIntermediateDirectories: true)
        let lock = try lock()
        defer { withExtendedLifetime(lock) {} }
        try checkRoom(files)
        // A commit names its bytes, so finished files of an earlier try are right; what is left of
        // another commit is not looked at.
        let root = staging.appendingPathComponent(listing.commit, isDirectory: true)
        try await fetch(files, listing.commit, connection, into: root)
        let record = try PullRecord(
            repository: repository, commit: listing.commit, paths: files.map(\.path), in: root)
        try record.write(in: root)
        try takePlace(root)
        return report(record, fetched: true)
    }

    private func lock() throws -> FileLock {
        guard let lock = try FileLock(staging.appendingPathComponent(".lock")) else {
            throw HubError.locked(path: folder.path)
        }
        return lock
    }

    private func checkRoom(_ files: [RepositoryFile]) throws {
        let total = files.reduce(0) { $0 + ($1.byteCount ?? 0) }
        guard total <= settings.byteCountMax else {
            throw HubError.tooLarge(
                what: "\(repository)", byteCount: total, limit: settings.byteCountMax)
        }
        let system = try? FileManager.default.attributesOfFileSystem(forPath: staging.path)
        if let free = (system?[.systemFreeSize] as? NSNumber)?.intValue, free < total {
            throw HubError.noSpace(path: staging.path, needed: total, free: free)
        }
    }

    private func fetch(
        _ files: [RepositoryFile], _ commit: String, _ connection: HubConnection, into root: URL
    ) async throws {
        let meter = ProgressMeter(
            total: files.reduce(0) { $0 + ($1.byteCount ?? 0) }, report: progress)
        let address = RepositoryAddress(repository, settings)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, file) in files.enumerated() {
                if index >= settings.parallelFiles { try await group.next() }
                let destination = root.appendingPathComponent(file.path)
                if FileManager.default.fileExists(atPath: destination.path) {
                    meter.add(file.byteCount ?? 0)
                    continue
                }
                let fetch = FileFetch(
                    connection: connection, url: try address.file(file.path, commit: commit),
                    file: file, destination: destination, byteCountMax: settings.byteCountMax,
                    progress: { meter.add($0) })
                group.addTask { try await fetch.run() }
            }
            try await group.waitForAll()
        }
    }

    /// The finished folder takes its name; the one that had it goes.
    private func takePlace(_ finished: URL) throws {
        try AtomicFolder.put(finished, at: folder)
        try? FileManager.default.removeItem(at: staging)
    }

    private func report(_ record: PullRecord, fetched: Bool) -> PullReport {
        PullReport(
            repository: "\(repository)", commit: record.commit, folder: folder.path,
            files: record.files.count, byteCount: record.files.reduce(0) { $0 + $1.byteCount },
            fetched: fetched)
    }
}

/// Adds up what several downloads report.
private final class ProgressMeter: Sendable {
    private let done = Mutex(0)
    private let total: Int
    private let report: @Sendable (Int, Int) -> Void

    init(total: Int, report: @escaping @Sendable (Int, Int) -> Void) {
        self.total = total
        self.report = report
    }

    func add(_ count: Int) {
        let now = done.withLock { done in
            done += count
            return done
        }
        report(now, max(total, now))
    }
}
