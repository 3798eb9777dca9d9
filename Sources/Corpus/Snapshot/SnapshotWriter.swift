import AjanCompute
import AjanDocuments
import AjanTurkishText
import Foundation

/// Writes the texts that stay into shards, then manifest and report, into a folder beside the
/// snapshot that takes its name at the end.
struct SnapshotWriter {
    let recipe: CorpusRecipe
    let merge: CorpusMerge
    let evaluation: [String: String]
    let pool: ComputePool
    let out: URL

    /// Room for most shards; what is not filled takes no memory, and nothing is ever moved.
    private static let shardByteCount = 32 << 20
    private static let levels: [Compression: Int32] = [.zstd: 9, .gzip: 6]

    /// - Throws: `CorpusError.write` when there is something else at `out`.
    func write() throws -> CorpusSnapshot {
        merge.progress("shards")
        try Self.checkPlace(out, name: recipe.name)
        try AtomicFolder.removeLeftovers(of: out)
        try AtomicFolder.write(to: out, replaces: true, writeFiles)
        return try CorpusSnapshot(at: out)
    }

    /// A snapshot takes the place of one of the same name only.
    ///
    /// - Throws: `CorpusError.write` when there is something else at `out`.
    static func checkPlace(_ out: URL, name: String) throws {
        guard FileManager.default.fileExists(atPath: out.path) else { return }
        let there = try? CorpusSnapshot(at: out).manifest.name
        guard there == name else {
            let what = there.map { "the corpus \(quoted: $0)" } ?? "something else"
            throw CorpusError.write(
                path: out.path, problem: "there is \(what); remove it, or name a new folder")
        }
    }

    private func writeFiles(into folder: URL) throws {
        try FileManager.default.createDirectory(
            at: folder.appendingPathComponent(CorpusSnapshot.shardFolder),
            withIntermediateDirectories: true)
        var survey = CorpusSurvey(recipe: recipe, merge: merge)
        let shards = try writeShards(into: folder, survey: &survey)
        let manifest = manifest(shards, survey: survey)
        try write(manifest, to: folder.appendingPathComponent(CorpusSnapshot.manifestName))
        let report = CorpusReport(manifest: manifest, survey: survey)
        try write(report.markdown(), to: folder.appendingPathComponent("report.md"))
        try write(report.html(), to: folder.appendingPathComponent("report.html"))
    }

    // MARK: Shards

    private func writeShards(
        into folder: URL, survey: inout CorpusSurvey
    ) throws -> [SnapshotManifest.Shard] {
        var shards: [SnapshotManifest.Shard] = []
        var lines: [UInt8] = []
        lines.reserveCapacity(Self.shardByteCount)
        var records = 0
        try merge.forEachText { number, segment, text in
            let reason = CorpusMerge.reason(try merge.fates.value(at: number))
            survey.count(try text.record(), input: segment.input, dropped: reason)
            guard reason == nil else { return }
            lines += text.json
            lines.append(0x0A)
            records += 1
            if records == recipe.output.recordsPerShard {
                shards.append(try writeShard(lines, records, number: shards.count, in: folder))
                lines.removeAll(keepingCapacity: true)
                records = 0
            }
        }
        if records > 0 {
            shards.append(try writeShard(lines, records, number: shards.count, in: folder))
        }
        return shards
    }

    private func writeShard(
        _ lines: [UInt8], _ records: Int, number: Int, in folder: URL
    ) throws -> SnapshotManifest.Shard {
        let form = recipe.output.compression
        let bytes = try form.compress(lines, level: Self.levels[form] ?? 6)
        let name = String(repeating: "0", count: max(0, 5 - "\(number)".count)) + "\(number)"
        let file = "\(CorpusSnapshot.shardFolder)/\(name).jsonl\(form.fileEnding)"
        try write(Data(bytes), to: folder.appendingPathComponent(file))
        return SnapshotManifest.Shard(
            file: file, sha256: FileDigest.sha256(bytes), contentSHA256: FileDigest.sha256(lines),
            byteCount: bytes.count, records: records)
    }

    // MARK: Manifest

    private func manifest(
        _ shards: [SnapshotManifest.Shard], survey: CorpusSurvey
    ) -> SnapshotManifest {
        SnapshotManifest(
            name: recipe.name, recipe: recipe.digest, seed: recipe.seed,
            unit: recipe.unit.rawValue, textContract: TextContract.cased.version,
            versions: BuildStamp.versions, inputs: inputs(), decontaminatedAgainst: evaluation,
            stages: survey.stages, records: shards.reduce(0) { $0 + $1.records },
            textByteCount: survey.keptByteCount, shards: shards)
    }

    /// Every file that was read. Files of one work item share its counts; the first one carries
    /// them.
    private func inputs() -> [SnapshotManifest.Input] {
        var inputs: [SnapshotManifest.Input] = []
        var tally = Tally()
        for segment in merge.segments.all {
            tally.add(segment.tally)
            guard segment.isLast else { continue }
            let input = recipe.inputs[segment.input]
            for (place, file) in segment.files.enumerated() {
                inputs.append(
                    SnapshotManifest.Input(
                        source: input.name, file: file.name, sha256: file.sha256,
                        byteCount: file.byteCount, licence: input.licence,
                        records: place == 0 ? tally.documents : 0,
                        broken: place == 0 ? tally.broken : 0))
            }
            tally = Tally()
        }
        return inputs
    }

    private func write(_ manifest: SnapshotManifest, to file: URL) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        try write(try encoder.encode(manifest), to: file)
    }

    private func write(_ text: String, to file: URL) throws { try write(Data(text.utf8), to: file) }

    private func write(_ data: Data, to file: URL) throws {
        try AtomicFile.write(to: file) { try $0.write(contentsOf: data) }
    }
}
