import AjanCompute
import Foundation

/// A file of an input and what it is called in manifests.
struct FoundInput: Sendable, Equatable {
    let url: URL
    /// Its path below the folder that was named, or its own name.
    let name: String
}

/// Finds the files that a path or a pattern names.
enum FileFinder {
    private static let compressed: Set<String> = ["gz", "zst"]

    /// The file at `path`; or the files of the folder there and below it that have one of `endings`
    /// (compressed or not); or the files that match the pattern in its last part (`*` and `?`). In
    /// the order of their names, byte by byte.
    static func files(_ path: URL, endings: Set<String>) throws -> [FoundInput] {
        var isFolder: ObjCBool = false
        let exists = unsafe FileManager.default.fileExists(
            atPath: path.path, isDirectory: &isFolder)
        if exists, !isFolder.boolValue {
            return [FoundInput(url: path, name: path.lastPathComponent)]
        }
        if exists { return below(path, endings: endings) }
        return matching(path.lastPathComponent, in: path.deletingLastPathComponent())
    }

    private static func below(_ folder: URL, endings: Set<String>) -> [FoundInput] {
        let walker = FileManager.default.enumerator(
            at: folder, includingPropertiesForKeys: [.isRegularFileKey], options: .skipsHiddenFiles)
        let base = folder.standardizedFileURL.resolvingSymlinksInPath().path
        var found: [FoundInput] = []
        while let url = walker?.nextObject() as? URL {
            let file = url.standardizedFileURL.resolvingSymlinksInPath()
            let isRegular = (try? file.resourceValues(forKeys: [.isRegularFileKey]))?.isRegularFile
            guard isRegular == true, endings.contains(ending(of: file)), file.path.hasPrefix(base)
            else { continue }
            found.append(FoundInput(url: file, name: String(file.path.dropFirst(base.count + 1))))
        }
        return sorted(found)
    }

    private static func ending(of file: URL) -> String {
        compressed.contains(file.pathExtension)
            ? file.deletingPathExtension().pathExtension : file.pathExtension
    }

    private static func matching(_ pattern: String, in folder: URL) -> [FoundInput] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return sorted(
            names.filter { matches(Array($0.utf8), Array(pattern.utf8)) }.map {
                FoundInput(url: folder.appendingPathComponent($0), name: $0)
            })
    }

    private static func sorted(_ files: [FoundInput]) -> [FoundInput] {
        files.sortedByBytes(\.name)
    }

    /// Whether a name matches a pattern of `*` (any bytes) and `?` (one byte); in linear space and
    /// at most quadratic time.
    static func matches(_ name: [UInt8], _ pattern: [UInt8]) -> Bool {
        var (n, p) = (0, 0)
        var (star, resume) = (-1, 0)
        while n < name.count {
            if p < pattern.count, pattern[p] == UInt8(ascii: "?") || pattern[p] == name[n],
                pattern[p] != UInt8(ascii: "*")
            {
                n += 1
                p += 1
            } else if p < pattern.count, pattern[p] == UInt8(ascii: "*") {
                star = p
                resume = n
                p += 1
            } else if star >= 0 {
                p = star + 1
                resume += 1
                n = resume
            } else {
                return false
            }
        }
        return pattern[p...].allSatisfy { $0 == UInt8(ascii: "*") }
    }
}
