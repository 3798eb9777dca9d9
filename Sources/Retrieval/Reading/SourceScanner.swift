import Foundation

/// A file that can be indexed.
struct FoundFile: Sendable {
    let path: String
    let kind: SourceKind
}

extension URL {
    /// The ending of a file name, A to Z in lower case: `BELGE.TXT` is a text.
    var ending: String {
        let lower = pathExtension.utf8.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
        return String(decoding: lower, as: UTF8.self)
    }
}

/// Finds the files under what the user named.
struct SourceScanner {
    /// What can be indexed, by path.
    private(set) var files: [FilePath: FoundFile] = [:]
    /// Paths of files that nothing here reads.
    private var others: Set<FilePath> = []
    /// Folders that could not be looked into.
    private(set) var closedFolders: Set<FilePath> = []
    /// Links inside of folders, which are not followed: they may lead anywhere, or in circles.
    private(set) var linkCount = 0
    /// Passed over, with all that is in it: the index itself.
    let index: URL

    init(index: URL) {
        self.index = index.standardizedFileURL.resolvingSymlinksInPath()
    }

    /// How many files of each ending there are that nothing here reads.
    var otherCounts: [String: Int] {
        others.reduce(into: [:]) { $0[URL(fileURLWithPath: $1.text).ending, default: 0] += 1 }
    }

    /// Counts files among those that nothing here reads.
    mutating func passOver(_ isUnreadable: (FoundFile) -> Bool) {
        for file in files.values where isUnreadable(file) {
            let path = FilePath(file.path)
            files[path] = nil
            others.insert(path)
        }
    }

    /// Adds the files under `root`. A file that is named itself is taken as text when its ending
    /// says nothing; in folders only known endings count, and hidden files do not.
    ///
    /// - Throws: `RetrievalError.source` when there is nothing at `root`.
    mutating func add(_ root: URL) throws {
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
            let kind = SourceKind(ending: root.ending) ?? .text
            files[FilePath(root.path)] = FoundFile(path: root.path, kind: kind)
            return
        }
        addFolder(root)
    }

    private mutating func addFolder(_ root: URL) {
        let keys: Set<URLResourceKey> = [.isRegularFileKey, .isSymbolicLinkKey]
        var closed: [String] = []
        let walker = FileManager.default.enumerator(
            at: root, includingPropertiesForKeys: Array(keys), options: .skipsHiddenFiles,
            errorHandler: { url, _ in
                closed.append(url.standardizedFileURL.path)
                return true
            })
        while let url = walker?.nextObject() as? URL {
            let path = url.standardizedFileURL.path
            guard path != index.path else {
                walker?.skipDescendants()
                continue
            }
            let values = try? url.resourceValues(forKeys: keys)
            if values?.isSymbolicLink == true { linkCount += 1 }
            if values?.isRegularFile == true { add(file: url, path: path) }
        }
        closedFolders.formUnion(closed.map(FilePath.init))
    }

    private mutating func add(file: URL, path: String) {
        // What Word leaves beside a document while it is open.
        if file.lastPathComponent.hasPrefix("~$") { return }
        if let kind = SourceKind(ending: file.ending) {
            files[FilePath(path)] = FoundFile(path: path, kind: kind)
        } else {
            others.insert(FilePath(path))
        }
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
