package import Foundation

/// Writes folders that are complete or not there: beside their place first, then renamed.
package enum AtomicFolder {
    /// Gives `body` a new empty folder, which takes the name `folder` when `body` has returned.
    /// When `body` throws, nothing is left behind.
    ///
    /// The files in it are the caller's to sync; `AtomicFile` does.
    /// - Throws: `AtomicFileError` when `folder` exists or the system refuses; whatever `body`
    ///   throws.
    package static func write<Result>(
        to folder: URL, _ body: (URL) throws -> Result
    ) throws -> Result {
        let manager = FileManager.default
        guard !manager.fileExists(atPath: folder.path) else {
            throw AtomicFileError(path: folder.path, problem: "it exists already")
        }
        let process = ProcessInfo.processInfo.processIdentifier
        let parent = folder.standardizedFileURL.deletingLastPathComponent()
        let beside = parent.appendingPathComponent(
            ".\(folder.lastPathComponent).partial-\(process)", isDirectory: true)
        do {
            try manager.createDirectory(at: beside, withIntermediateDirectories: true)
            let result = try body(beside)
            try manager.moveItem(at: beside, to: folder)
            AtomicFile.synchronize(folder: parent)
            return result
        } catch {
            try? manager.removeItem(at: beside)
            throw error
        }
    }
}
