import AjanDocuments
package import Foundation

/// A pinned corpus on disk: `manifest.json`, `shards/*.jsonl.zst` (or `.gz`) and a report.
///
///     let snapshot = try CorpusSnapshot(at: folder)
///     try snapshot.forEachRecord { number, record in ... }
///
/// `manifestHash` names the corpus: two snapshots with the same hash hold the same texts.
package struct CorpusSnapshot: Sendable {
    package let folder: URL
    package let manifest: SnapshotManifest
    /// SHA-256 of `manifest.json`, lower-case hexadecimal.
    package let manifestHash: String

    static let manifestName = "manifest.json"

    /// Opens a snapshot; its shards are not read yet.
    ///
    /// - Throws: `CorpusError.snapshot` when there is no manifest or it cannot be understood.
    package init(at folder: URL) throws {
        let file = folder.appendingPathComponent(Self.manifestName)
        guard let data = try? Data(contentsOf: file) else {
            throw CorpusError.snapshot(
                path: file.path, problem: "no manifest here; `ajan corpus build` makes snapshots")
        }
        do {
            manifest = try JSONDecoder().decode(SnapshotManifest.self, from: data)
        } catch {
            throw CorpusError.snapshot(path: file.path, problem: "the manifest is damaged")
        }
        guard manifest.format == SnapshotManifest.currentFormat else {
            throw CorpusError.snapshot(
                path: file.path,
                problem: "format \(manifest.format), this program reads "
                    + "\(SnapshotManifest.currentFormat)")
        }
        guard manifest.shards.allSatisfy({ Self.isInside($0.file) }) else {
            throw CorpusError.snapshot(path: file.path, problem: "a shard lies outside the folder")
        }
        guard manifest.hasPossibleCounts else {
            throw CorpusError.snapshot(
                path: file.path, problem: "the manifest is damaged: its counts cannot be")
        }
        self.folder = folder
        manifestHash = FileDigest.sha256(data)
    }

    /// Number of records.
    package var count: Int { manifest.records }

    /// Calls `body` with each record and its number from 0, in order. Shards outside of `range` are
    /// not read; memory holds a few hundred kilobytes at a time.
    ///
    /// - Throws: `CorpusError.snapshot` for a shard that does not hold what the manifest says,
    ///   `DataFileError` for one that cannot be read, and whatever `body` throws.
    package func forEachRecord(
        in range: Range<Int>? = nil, _ body: (Int, SnapshotRecord) throws -> Void
    ) throws {
        let range = range ?? 0..<count
        var first = 0
        for shard in manifest.shards {
            let own = first..<(first + shard.records)
            first = own.upperBound
            guard own.overlaps(range) else { continue }
            try forEachRecord(of: shard) { index, record in
                let number = own.lowerBound + index
                if range.contains(number) { try body(number, record) }
            }
        }
    }

    /// The records of one shard, numbered from 0.
    private func forEachRecord(
        of shard: SnapshotManifest.Shard, _ body: (Int, SnapshotRecord) throws -> Void
    ) throws {
        let file = folder.appendingPathComponent(shard.file)
        let reader = try LineReader(file)
        var count = 0
        while let batch = try reader.next() {
            for line in batch.lines {
                guard let record = SnapshotRecord(json: batch.bytes[line]) else {
                    throw CorpusError.line(
                        path: file.path, line: count + 1, problem: "the line is no record")
                }
                try body(count, record)
                count += 1
            }
        }
        guard count == shard.records else {
            throw CorpusError.snapshot(
                path: file.path,
                problem: "\(count) records, the manifest says \(shard.records)")
        }
    }

    /// A path that stays below the folder.
    private static func isInside(_ path: String) -> Bool {
        !path.hasPrefix("/") && !path.split(separator: "/").contains("..")
    }
}

extension SnapshotManifest {
    /// The form that this program writes and reads.
    static let currentFormat = 1
    /// More records or bytes than any disk holds.
    private static let countMax = 1 << 50

    /// Whether the counts are such that they and their sums are counts.
    fileprivate var hasPossibleCounts: Bool {
        func isPossible(_ count: Int) -> Bool { (0...Self.countMax).contains(count) }
        var sum = 0
        for shard in shards {
            guard isPossible(shard.records), isPossible(shard.byteCount) else { return false }
            sum += shard.records
            guard isPossible(sum) else { return false }
        }
        return isPossible(records) && isPossible(textByteCount)
    }
}
