import AjanCompute
import AjanDocuments
import Foundation
import GRDB

/// What has to change in an index so that it mirrors the files that it follows.
struct UpdatePlan {
    /// Files and folders that the index follows after the update.
    let roots: [String]
    private let reader: DocumentReader
    private let files: [FoundFile]
    private let others: [String: Int]
    private let links: Int
    /// Why what the index has below these folders is kept, by their paths.
    private let closed: [FilePath: String]
    private let removed: [String]
    /// The checksums of what the index has.
    private let known: [FilePath: String]
    private let hasOtherRoots: Bool

    init(
        _ db: Database, index: URL, adding: [URL], forgetting: [URL], reader: DocumentReader
    ) throws {
        self.reader = reader
        let before = Set((try Meta.roots.read(db) ?? []).map(FilePath.init))
        let all = before.union(adding.map(Self.path)).subtracting(forgetting.map(Self.path))
        hasOtherRoots = all != before
        roots = all.map(\.text).sortedByBytes()
        var scanner = SourceScanner(index: index)
        for root in roots { try scanner.add(URL(fileURLWithPath: root)) }
        let rows = try Row.fetchAll(db, sql: "SELECT path, sha256 FROM source")
        let known: [FilePath: String] = Dictionary(
            try rows.map { (FilePath(try $0.value(at: 0)), try $0.value(at: 1)) },
            uniquingKeysWith: { first, _ in first })
        // What the index has, it keeps and reports, also where a program is missing now.
        scanner.passOver { !$0.kind.isReadable && known[FilePath($0.path)] == nil }
        let files = scanner.files
        others = scanner.otherCounts
        links = scanner.linkCount
        self.files = files.values.sortedByBytes(\.path)
        self.known = known
        let closed = Self.closed(scanner, roots: all, known: known.keys)
        self.closed = closed
        removed = known.keys.filter { path in
            files[path] == nil && !closed.keys.contains { path.isBelow($0) }
        }.map(\.text).sortedByBytes()
    }

    /// Folders whose files are not believed to be gone: those that could not be looked into, and
    /// those that are followed and hold nothing any more, as a drive that is not mounted.
    private static func closed(
        _ scanner: SourceScanner, roots: Set<FilePath>, known: some Collection<FilePath>
    ) -> [FilePath: String] {
        var closed = Dictionary(
            uniqueKeysWithValues: scanner.closedFolders.map {
                ($0, "the folder cannot be read")
            })
        for root in roots where scanner.files[root] == nil {
            let count = known.count { $0.isBelow(root) }
            guard count > 0, !scanner.files.keys.contains(where: { $0.isBelow(root) }) else {
                continue
            }
            closed[root] =
                "none of its \(count) files is there any more; if they are gone for good: "
                + "ajan index --forget \(root.text) --out INDEX"
        }
        return closed
    }

    private static func path(_ url: URL) -> FilePath {
        FilePath(url.standardizedFileURL.resolvingSymlinksInPath().path)
    }

    /// Whether anything has to be written; reads the files to find out.
    var hasChanges: Bool {
        if !removed.isEmpty || hasOtherRoots { return true }
        return files.contains { file in
            guard let data = try? bytes(of: file) else { return false }
            return known[FilePath(file.path)] != FileDigest.sha256(data)
        }
    }

    /// The report of an update that found nothing to do.
    func report(_ passages: Int) -> UpdateReport {
        var report = emptyReport()
        report.passages = passages
        for file in files {
            do {
                _ = try bytes(of: file)
                report.unchanged += 1
            } catch {
                note("\(error)", of: file, in: &report)
            }
        }
        return report
    }

    private func emptyReport() -> UpdateReport {
        var report = UpdateReport(others: others)
        report.links = links
        report.outdated = closed.sortedByBytes(\.key.text).map { "\($0.key.text): \($0.value)" }
        return report
    }

    private func note(_ problem: String, of file: FoundFile, in report: inout UpdateReport) {
        if known[FilePath(file.path)] == nil {
            report.skipped.append(problem)
        } else {
            report.outdated.append(problem)
        }
    }

    func carryOut(
        with update: inout IndexUpdate, maker: PassageMaker
    ) throws -> UpdateReport {
        var report = emptyReport()
        for path in removed { try update.remove(path: path) }
        report.removed = removed.count
        for file in files {
            let (byteCount, sha256, contents): (Int, String, DocumentReader.Contents)
            do {
                let data = try bytes(of: file)
                (byteCount, sha256) = (data.count, FileDigest.sha256(data))
                if known[FilePath(file.path)] == sha256 {
                    report.unchanged += 1
                    continue
                }
                contents = try reader.read(data, kind: file.kind, path: file.path)
            } catch let error as RetrievalError {
                note("\(error)", of: file, in: &report)
                continue
            }
            if known[FilePath(file.path)] == nil { report.added += 1 } else { report.changed += 1 }
            try update.remove(path: file.path)
            let passages = try update.add(
                contents.documents, of: file, sha256: sha256, byteCount: byteCount, maker: maker)
            describe(contents, of: file, passages: passages, in: &report)
        }
        return report
    }

    private func describe(
        _ contents: DocumentReader.Contents, of file: FoundFile, passages: Int,
        in report: inout UpdateReport
    ) {
        if contents.encoding != .utf8 {
            report.converted.append("\(file.path): \(contents.encoding.rawValue)")
        }
        if let first = contents.problems.first {
            let all = contents.documents.count + contents.problems.count
            report.incomplete.append(
                "\(contents.problems.count) of \(all) records left out, the first: \(first)")
        }
        if passages == 0 { report.empty.append(file.path) }
    }

    private func bytes(of file: FoundFile) throws -> Data {
        try SourceScanner.contents(of: file, byteCountMax: reader.byteCountMax)
    }
}
