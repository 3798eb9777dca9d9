import AjanCompute
import AjanDocuments
import Foundation

/// Writes the files of a segment while its outcomes come in, so that a segment need not fit memory.
struct SegmentWriter {
    private var segment: Segment
    private let seed: UInt64
    private let scrubber = PersonalDataScrubber()
    private let texts: FileHandle
    private var keys: KeyWriter
    private var documentKeys: KeyWriter
    private var documents = 0
    private var lines: [UInt8] = []

    private static let frameByteCount = 1 << 20

    private init(
        _ segment: Segment, seed: UInt64, texts: FileHandle, keys: KeyWriter,
        documentKeys: KeyWriter
    ) {
        self.segment = segment
        self.seed = seed
        self.texts = texts
        self.keys = keys
        self.documentKeys = documentKeys
    }

    /// What is known of a segment once all its documents are written.
    struct End {
        /// Batches of documents that it holds.
        let batches: Int
        /// The files of its item when it is the last segment of that item, else nil.
        let files: [InputDigest]?
    }

    /// Gives `body` a writer. When it returns, the files are put in their places, the summary last.
    static func write(
        _ segment: Segment, files: SegmentFolder, recipe: CorpusRecipe,
        _ body: (inout SegmentWriter) throws -> End
    ) throws -> Segment {
        let name = files.name(segment.input, segment.item, segment.number)
        let (keys, documentKeys) = (files.keys(name), files.documentKeys(name))
        var done = segment
        try AtomicFile.write(to: files.texts(name)) { texts in
            try AtomicFile.write(to: keys) { keyHandle in
                try AtomicFile.write(to: documentKeys) { documentHandle in
                    var writer = SegmentWriter(
                        segment, seed: recipe.seed, texts: texts,
                        keys: KeyWriter(
                            keyHandle, file: keys,
                            columns: DuplicateKeys(recipe.duplicates).columns),
                        documentKeys: KeyWriter(
                            documentHandle, file: documentKeys,
                            columns: DuplicateKeys(recipe.documentDuplicates).columns))
                    let end = try body(&writer)
                    done = try writer.finish(end)
                }
            }
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        try AtomicFile.write(to: files.summary(name)) { handle in
            try handle.write(contentsOf: try encoder.encode(done))
        }
        return done
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
        if let own = outcome.documentKeys { try documentKeys.append(own) }
        documents += 1
    }

    private mutating func add(_ text: StagedText) throws {
        segment.tally.staged += 1
        try keys.append(text.keys)
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
        try texts.write(contentsOf: Data(try Compression.zstd.compress(lines, level: 1)))
        lines.removeAll(keepingCapacity: true)
    }

    private mutating func finish(_ end: End) throws -> Segment {
        try flush()
        try keys.flush()
        try documentKeys.flush()
        segment.batches = end.batches
        segment.isLast = end.files != nil
        segment.files = end.files ?? []
        return segment
    }
}
