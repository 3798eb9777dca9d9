import Foundation

/// A file that can be indexed.
struct FoundFile: Equatable, Sendable {
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
    private(set) var files: [String: FoundFile] = [:]
    /// Paths of files that nothing here reads.
    private var others: Set<String> = []
    /// Passed over, with all that is in it: the index itself.
    let index: URL

    init(index: URL) {
        self.index = index.standardizedFileURL.resolvingSymlinksInPath()
    }

    /// How many files of each ending there are that nothing here reads.
    var otherCounts: [String: Int] {
        others.reduce(into: [:]) { $0[URL(fileURLWithPath: $1).ending, default: 0] += 1 }
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
            files[root.path] = FoundFile(path: root.path, kind: kind)
            return
        }
        let walker = FileManager.default.enumerator(
            at: root, includingPropertiesForKeys: [.isRegularFileKey], options: .skipsHiddenFiles)
        while let url = walker?.nextObject() as? URL {
            let path = url.standardizedFileURL.path
            guard path != index.path else {
                walker?.skipDescendants()
                continue
            }
            guard (try? url.resourceValues(forKeys: [.isRegularFileKey]))?.isRegularFile == true
            else { continue }
            if let kind = SourceKind(ending: url.ending) {
                files[path] = FoundFile(path: path, kind: kind)
            } else {
                others.insert(path)
            }
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
