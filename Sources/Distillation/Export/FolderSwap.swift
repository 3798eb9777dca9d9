import Compute
import Foundation

/// Replaces folders: the old one goes only when the new one is whole.
enum FolderSwap {
    /// Gives `body` a new folder beside `folder`; when it returns, the new folder takes the place.
    ///
    /// - Throws: `AtomicFileError` when the system refuses, and whatever `body` throws; a folder
    ///   that was there before then stays.
    static func write(to folder: URL, _ body: (URL) throws -> Void) throws {
        let manager = FileManager.default
        try removeLeftovers(of: folder)
        guard manager.fileExists(atPath: folder.path) else {
            return try AtomicFolder.write(to: folder, body)
        }
        let process = ProcessInfo.processInfo.processIdentifier
        let new = sibling(of: folder, "new-\(process)")
        let old = sibling(of: folder, "old-\(process)")
        try AtomicFolder.write(to: new, body)
        try manager.moveItem(at: folder, to: old)
        try manager.moveItem(at: new, to: folder)
        try? manager.removeItem(at: old)
    }

    /// Removes what killed processes have left beside `folder`.
    static func removeLeftovers(of folder: URL) throws {
        let name = folder.standardizedFileURL.lastPathComponent
        let parent = folder.standardizedFileURL.deletingLastPathComponent()
        let kinds = [".\(name).partial-", ".\(name).new-", ".\(name).old-", "..\(name).new-"]
        for entry in (try? FileManager.default.contentsOfDirectory(atPath: parent.path)) ?? []
        where kinds.contains(where: entry.hasPrefix) {
            try FileManager.default.removeItem(at: parent.appendingPathComponent(entry))
        }
    }

    private static func sibling(of folder: URL, _ ending: String) -> URL {
        let name = folder.standardizedFileURL.lastPathComponent
        return folder.standardizedFileURL.deletingLastPathComponent()
            .appendingPathComponent(".\(name).\(ending)")
    }
}
