import AjanCKernels
package import Foundation

/// Writes folders that are complete or not there: under a temporary name in the same folder first,
/// then renamed.
package enum AtomicFolder {
    /// Gives `body` a new empty folder, which takes the name `folder` when `body` has returned.
    /// When `body` throws, nothing is left behind.
    ///
    /// The files in it are the caller's to sync; `AtomicFile` does.
    /// - Parameter replaces: whether a folder of that name may be there; it stays as it is until
    ///   the new one takes its place, in one step where the file system can.
    /// - Throws: `AtomicFileError` when `folder` exists and may not, or the system refuses;
    ///   whatever `body` throws.
    package static func write<Result>(
        to folder: URL, replaces: Bool = false, _ body: (URL) throws -> Result
    ) throws -> Result {
        let manager = FileManager.default
        guard replaces || !manager.fileExists(atPath: folder.path) else {
            throw AtomicFileError(path: folder.path, problem: "it exists already")
        }
        let beside = sibling(of: folder, "partial")
        do {
            try manager.createDirectory(at: beside, withIntermediateDirectories: true)
            let result = try body(beside)
            try put(beside, at: folder)
            return result
        } catch {
            try? manager.removeItem(at: beside)
            throw error
        }
    }

    /// Gives a finished folder the name `folder`; one that has it already goes.
    package static func put(_ finished: URL, at folder: URL) throws {
        let manager = FileManager.default
        defer { AtomicFile.synchronize(folder: folder.deletingLastPathComponent()) }
        guard manager.fileExists(atPath: folder.path) else {
            return try manager.moveItem(at: finished, to: folder)
        }
        if unsafe ck_exchange_paths(finished.path, folder.path) == 0 {
            try? manager.removeItem(at: finished)
            return
        }
        // File systems that cannot exchange: for a moment there is neither, but both lie beside.
        let old = sibling(of: folder, "old")
        try manager.moveItem(at: folder, to: old)
        try manager.moveItem(at: finished, to: folder)
        try? manager.removeItem(at: old)
    }

    /// Removes what killed processes have left beside `folder`.
    package static func removeLeftovers(of folder: URL) throws {
        let folder = folder.standardizedFileURL
        let parent = folder.deletingLastPathComponent()
        let kinds = ["partial", "old"].map { ".\(folder.lastPathComponent).\($0)-" }
        for entry in (try? FileManager.default.contentsOfDirectory(atPath: parent.path)) ?? []
        where kinds.contains(where: entry.hasPrefix) {
            try FileManager.default.removeItem(at: parent.appendingPathComponent(entry))
        }
    }

    /// A hidden folder beside `folder` that is this process's own.
    private static func sibling(of folder: URL, _ kind: String) -> URL {
        let folder = folder.standardizedFileURL
        let process = ProcessInfo.processInfo.processIdentifier
        return folder.deletingLastPathComponent().appendingPathComponent(
            ".\(folder.lastPathComponent).\(kind)-\(process)", isDirectory: true)
    }
}
