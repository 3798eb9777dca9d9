import Documents
import Foundation
import GRDB

/// What has to change in an index so that it mirrors the files that it follows.
struct UpdatePlan {
    /// Files and folders that the index follows after the update.
    let roots: [String]
    private let reader: DocumentReader
    private let files: [FoundFile]
    private let others: [String: Int]
    private let removed: [String]
    private let known: [String: String]
    private let rootsBefore: [String]

    init(
        _ db: Database, index: URL, adding: [URL], forgetting: [URL], reader: DocumentReader
    ) throws {
        self.reader = reader
        rootsBefore = try Meta.roots.read(db) ?? []
        let forgotten = Set(forgetting.map(Self.path))
        let all = Set(rootsBefore).union(adding.map(Self.path)).subtracting(forgotten)
        roots = all.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        var scanner = SourceScanner(index: index)
        for root in roots { try scanner.add(URL(fileURLWithPath: root)) }
        let files = scanner.files
        others = scanner.otherCounts
        self.files = files.values.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
        let rows = try Row.fetchAll(db, sql: "SELECT path, sha256 FROM source")
        known = Dictionary(uniqueKeysWithValues: rows.map { ($0[0], $0[1]) })
        removed = known.keys.filter { files[$0] == nil }
            .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    private static func path(_ url: URL) -> String {
        url.standardizedFileURL.resolvingSymlinksInPath().path
    }

    /// Whether anything has to be written; reads the files to find out.
    var hasChanges: Bool {
        if !removed.isEmpty || roots != rootsBefore { return true }
        return files.contains { file in
            guard let data = try? bytes(of: file) else { return false }
            return known[file.path] != FileDigest.sha256(data)
        }
    }

    /// The report of an update that found nothing to do.
    func report(_ passages: Int) -> UpdateReport {
        var report = UpdateReport(others: others)
        report.passages = passages
        for file in files {
            do {
                _ = try bytes(of: file)
                report.unchanged += 1
            } catch {
                report.skipped.append("\(error)")
            }
        }
        return report
    }

    func carryOut(
        with update: inout IndexUpdate, maker: PassageMaker
    ) throws -> UpdateReport {
        var report = UpdateReport(others: others)
        for path in removed { try update.remove(path: path) }
        report.removed = removed.count
        for file in files {
            let (byteCount, sha256, contents): (Int, String, DocumentReader.Contents)
            do {
                let data = try bytes(of: file)
                (byteCount, sha256) = (data.count, FileDigest.sha256(data))
                if known[file.path] == sha256 {
                    report.unchanged += 1
                    continue
                }
                contents = try reader.read(data, kind: file.kind, path: file.path)
            } catch let error as RetrievalError {
                report.skipped.append("\(error)")
                continue
            }
            if known[file.path] == nil { report.added += 1 } else { report.changed += 1 }
            if contents.encoding != .utf8 {
                report.converted.append("\(file.path): \(contents.encoding.rawValue)")
            }
            try update.remove(path: file.path)
            try update.add(
                contents.documents, of: file, sha256: sha256, byteCount: byteCount, maker: maker)
        }
        return report
    }

    private func bytes(of file: FoundFile) throws -> Data {
        try SourceScanner.contents(of: file, byteCountMax: reader.byteCountMax)
    }
}
