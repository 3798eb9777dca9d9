import Compute
import Documents
import Foundation

/// A stretch of an input that is worked on as one and written as four files: staged texts, their
/// keys, the keys of their documents, and this summary, which comes last. A build that was killed
/// goes on behind the last summary.
struct Segment: Codable, Sendable {
    /// Recipe, inputs and versions that it was made under; another one is made anew.
    var stamp: String
    /// Number of the input in the recipe, of the work item, and of this segment in it.
    var input: Int
    var item: Int
    var number: Int
    /// Batches in it.
    var batches = 0
    /// Nothing follows in this work item.
    var isLast = false
    var tally = Tally()
    var samples: [String: SampleKeeper] = [:]
    /// First line that could not be read.
    var firstBrokenLine: Int?
    /// The files of the work item, in its last segment.
    var files: [InputDigest] = []

    /// Version of the four files.
    static let version = 2
    /// Batches of a full segment, about 32 MB of text.
    static let batchesMax = 128
}

/// Names of the files of segments in a work folder.
struct SegmentFolder: Sendable {
    let folder: URL

    func name(_ input: Int, _ item: Int, _ number: Int) -> String {
        [input, item, number].map { value in
            String(repeating: "0", count: max(0, 6 - "\(value)".count)) + "\(value)"
        }.joined(separator: "-")
    }

    func summary(_ name: String) -> URL { folder.appendingPathComponent("\(name).json") }
    func texts(_ name: String) -> URL { folder.appendingPathComponent("\(name).texts.zst") }
    func keys(_ name: String) -> URL { folder.appendingPathComponent("\(name).keys") }
    func documentKeys(_ name: String) -> URL {
        folder.appendingPathComponent("\(name).documents")
    }

    /// The segment of that name, when it is complete and of this stamp.
    func segment(_ name: String, stamp: String) -> Segment? {
        guard let data = try? Data(contentsOf: summary(name)),
            let segment = try? JSONDecoder().decode(Segment.self, from: data),
            segment.stamp == stamp
        else { return nil }
        return segment
    }
}

/// A staged text as a segment holds it: the number of its document in the segment, a tab, and its
/// record as the line of JSON that it will be in a shard.
struct StagedLine {
    let document: Int
    let json: ArraySlice<UInt8>

    /// nil when `line` is no staged text.
    init?(_ line: ArraySlice<UInt8>) {
        guard let tab = line.firstIndex(of: UInt8(ascii: "\t")),
            let document = Int(String(decoding: line[..<tab], as: UTF8.self)), document >= 0
        else { return nil }
        self.document = document
        json = line[(tab + 1)...]
    }

    static func append(document: Int, json: [UInt8], to lines: inout [UInt8]) {
        lines += "\(document)\t".utf8
        lines += json
        lines.append(0x0A)
    }

    /// - Throws: `CorpusError.snapshot` when it is damaged.
    func record() throws -> SnapshotRecord {
        guard let record = SnapshotRecord(json: json) else {
            throw CorpusError.snapshot(
                path: "the work folder", problem: "a staged text is damaged; delete the folder")
        }
        return record
    }
}

/// Collects the outcomes of a segment and writes its files.
struct SegmentWriter {
    private var segment: Segment
    private let files: SegmentFolder
    private let name: String
    private let seed: UInt64
    private let keyColumns: Int
    private let documentColumns: Int
    private let scrubber = PersonalDataScrubber()
    private let encoder = JSONEncoder()
    private var documents = 0
    private var lines: [UInt8] = []
    private var compressed = Data()
    private var keys: [[UInt64]] = []
    private var documentKeys: [[UInt64]] = []

    private static let frameByteCount = 1 << 20

    init(_ segment: Segment, files: SegmentFolder, recipe: CorpusRecipe) {
        self.segment = segment
        self.files = files
        name = files.name(segment.input, segment.item, segment.number)
        seed = recipe.seed
        keyColumns = DuplicateKeys(recipe.duplicates).columns
        documentColumns = DuplicateKeys(recipe.documentDuplicates).columns
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    }

    mutating func add(_ outcome: DocumentOutcome, source: String) throws {
        segment.tally.documents += 1
        segment.tally.units += outcome.units
        segment.tally.boilerplateLines += outcome.boilerplateLines
        for (type, count) in outcome.personalData {
            segment.tally.personalData[type.rawValue, default: 0] += count
        }
        for (reason, text) in outcome.dropped {
            segment.tally.drop(reason)
            let rank = SampleKeeper.rank(text, seed: seed)
            segment.samples[reason.rawValue, default: SampleKeeper()]
                .offer(rank: rank, source: source) { scrubber.scrub(text).text }
        }
        guard !outcome.texts.isEmpty else { return }
        for text in outcome.texts { try add(text) }
        if let own = outcome.documentKeys { documentKeys.append(own) }
        documents += 1
    }

    private mutating func add(_ text: StagedText) throws {
        segment.tally.staged += 1
        keys.append(text.keys)
        StagedLine.append(document: documents, json: text.json, to: &lines)
        if lines.count >= Self.frameByteCount { try flush() }
    }

    mutating func addBroken(line: Int) {
        segment.tally.broken += 1
        segment.tally.documents += 1
        segment.firstBrokenLine = segment.firstBrokenLine ?? line
    }

    mutating func addRead(byteCount: Int) { segment.tally.readByteCount += byteCount }

    private mutating func flush() throws {
        compressed.append(contentsOf: try Compression.zstd.compress(lines, level: 1))
        lines.removeAll(keepingCapacity: true)
    }

    /// Writes the files; the summary last.
    mutating func finish(batches: Int, lastOf inputs: [InputDigest]?) throws -> Segment {
        try flush()
        segment.batches = batches
        segment.isLast = inputs != nil
        segment.files = inputs ?? []
        try write(compressed, to: files.texts(name))
        try write(KeyColumns.data(of: keys, columns: keyColumns), to: files.keys(name))
        try write(
            KeyColumns.data(of: documentKeys, columns: documentColumns),
            to: files.documentKeys(name))
        try write(try encoder.encode(segment), to: files.summary(name))
        return segment
    }

    private func write(_ data: Data, to file: URL) throws {
        try AtomicFile.write(to: file) { try $0.write(contentsOf: data) }
    }
}
