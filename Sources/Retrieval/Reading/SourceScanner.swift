import Foundation

/// A file that can be indexed.
struct FoundFile: Equatable, Sendable {
    let path: String
    let kind: SourceKind
}

/// Finds the files under what the user named.
enum SourceScanner {
    /// Files under `root`, in the order of their paths. A file that is named itself is taken as
    /// text when its ending says nothing; in folders only known endings count, and hidden files do
    /// not.
    ///
    /// - Throws: `RetrievalError.source` when there is nothing at `root`.
    static func files(under root: URL) throws -> [FoundFile] {
        let root = root.standardizedFileURL.resolvingSymlinksInPath()
        var isDirectory: ObjCBool = false
        guard unsafe FileManager.default.fileExists(atPath: root.path, isDirectory: &isDirectory)
        else {
            throw RetrievalError.source(
                path: root.path, line: nil,
                problem: "there is no such file or folder; "
                    + "if it is gone for good: ajan index --forget \(root.path) --out INDEX")
        }
        guard isDirectory.boolValue else {
            return [
                FoundFile(
                    path: root.path, kind: SourceKind(pathExtension: root.pathExtension) ?? .text)
            ]
        }
        let walker = FileManager.default.enumerator(
            at: root, includingPropertiesForKeys: [.isRegularFileKey], options: .skipsHiddenFiles)
        var files: [FoundFile] = []
        while let url = walker?.nextObject() as? URL {
            guard let kind = SourceKind(pathExtension: url.pathExtension),
                (try? url.resourceValues(forKeys: [.isRegularFileKey]))?.isRegularFile == true
            else { continue }
            files.append(FoundFile(path: url.standardizedFileURL.path, kind: kind))
        }
        return files.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    }

    /// The bytes of a file, refused beyond `byteCountMax`. They are read, not mapped: another
    /// program may shorten the file meanwhile.
    static func contents(of file: FoundFile, byteCountMax: Int) throws -> Data {
        func refused(_ problem: String) -> RetrievalError {
            .source(path: file.path, line: nil, problem: problem)
        }
        let data: Data?
        do {
            let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: file.path))
            defer { try? handle.close() }
            data = try handle.read(upToCount: byteCountMax + 1)
        } catch {
            throw refused("the file cannot be read")
        }
        guard (data?.count ?? 0) <= byteCountMax else {
            throw refused("more than \(byteCountMax) bytes; split the file")
        }
        return data ?? Data()
    }
}
