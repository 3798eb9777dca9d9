import Compute
import Documents
import Foundation

/// Decides which staged texts stay. One byte per text and per document is in memory.
struct CorpusMerge {
    let recipe: CorpusRecipe
    let segments: [Segment]
    let files: SegmentFolder
    let pool: ComputePool
    var progress: (String) -> Void = { _ in }
    /// Why each staged text goes, as a place in `DropReason.allCases` plus 1; 0: it stays.
    private(set) var fates: [UInt8] = []

    init(recipe: CorpusRecipe, segments: [Segment], files: SegmentFolder, pool: ComputePool) {
        self.recipe = recipe
        self.segments = segments
        self.files = files
        self.pool = pool
        fates = [UInt8](repeating: 0, count: segments.reduce(0) { $0 + $1.tally.staged })
    }

    mutating func decide() throws {
        if recipe.documentDuplicates.isOn { try dropDocuments() }
        if recipe.duplicates.isOn { try dropTexts() }
        if recipe.sample.records != nil { try sample() }
    }

    /// The reason behind a fate; nil when the text stays.
    static func reason(_ fate: UInt8) -> DropReason? {
        fate == 0 ? nil : DropReason.allCases[Int(fate) - 1]
    }

    static func fate(_ reason: DropReason) -> UInt8 {
        UInt8(1 + (DropReason.allCases.firstIndex(of: reason) ?? 0))
    }

    func name(_ segment: Segment) -> String {
        files.name(segment.input, segment.item, segment.number)
    }

    /// Calls `body` with each staged text and its number, in order.
    func forEachText(_ body: (Int, Segment, StagedLine) throws -> Void) throws {
        var number = 0
        for segment in segments where segment.tally.staged > 0 {
            let file = files.texts(name(segment))
            let reader = try LineReader(file)
            let end = number + segment.tally.staged
            while let batch = try reader.next() {
                for line in batch.lines {
                    guard let text = StagedLine(batch.bytes[line]) else {
                        throw CorpusError.snapshot(path: file.path, problem: "the file is damaged")
                    }
                    try body(number, segment, text)
                    number += 1
                }
            }
            guard number == end else {
                throw CorpusError.snapshot(path: file.path, problem: "texts are missing")
            }
        }
    }

    // MARK: Duplicates

    private mutating func dropTexts() throws {
        let keys = try segments.map { try KeyColumns(files.keys(name($0))) }
        try mark(
            keys, settings: recipe.duplicates, exact: .duplicate, near: .nearDuplicate,
            fates: &fates
        ) { merge, body in
            try merge.forEachText { number, _, text in
                try body(number, { try text.record().text })
            }
        }
    }

    private mutating func dropDocuments() throws {
        let keys = try segments.map { try KeyColumns(files.documentKeys(name($0))) }
        var documentFates = [UInt8](repeating: 0, count: keys.reduce(0) { $0 + $1.rows })
        try mark(
            keys, settings: recipe.documentDuplicates, exact: .documentDuplicate,
            near: .documentNearDuplicate, fates: &documentFates
        ) { merge, body in try merge.forEachDocument(body) }
        var bases: [Int] = []
        var base = 0
        for file in keys {
            bases.append(base)
            base += file.rows
        }
        let places = Dictionary(
            uniqueKeysWithValues: zip(segments.map(name), bases))
        var own = fates
        try forEachText { number, segment, text in
            own[number] = documentFates[(places[name(segment)] ?? 0) + text.document]
        }
        fates = own
    }

    /// Calls `body` with the number of each document and a way to its staged texts, joined.
    private func forEachDocument(_ body: (Int, () throws -> String) throws -> Void) throws {
        var document = -1
        var place = (input: -1, item: 0, number: 0, document: 0)
        var texts: [StagedLine] = []
        func close() throws {
            if document >= 0 {
                try body(document) { try texts.map { try $0.record().text }.joined(separator: " ") }
            }
            texts = []
        }
        try forEachText { _, segment, text in
            let own = (segment.input, segment.item, segment.number, text.document)
            if own != place {
                try close()
                document += 1
                place = own
            }
            texts.append(text)
        }
        try close()
    }

    /// Calls its second argument with the number of each text and a way to the text: few are
    /// looked at.
    private typealias TextVisit = (CorpusMerge, (Int, () throws -> String) throws -> Void) throws ->
        Void

    private func mark(
        _ keys: [KeyColumns], settings: CorpusRecipe.DuplicateSettings, exact: DropReason,
        near: DropReason, fates: inout [UInt8],
        texts: TextVisit
    ) throws {
        let duplicates = Duplicates(folder: files.folder)
        if settings.exact {
            progress("exact duplicates")
            var own = fates
            try duplicates.exact(keys, isIn: { fates[$0] == 0 }) { own[$0] = Self.fate(exact) }
            fates = own
        }
        guard let near = settings.near.map({ ($0, near) }) else { return }
        progress("near-duplicates")
        let pairs = try duplicates.candidates(keys, bands: near.0.bands) { fates[$0] == 0 }
        try resolve(pairs, settings: near.0, reason: near.1, fates: &fates, texts: texts)
    }

    /// Compares the candidates exactly; a text goes when it resembles an earlier one that stays.
    private func resolve(
        _ pairs: ExternalSorter, settings: NearDuplicateSettings, reason: DropReason,
        fates: inout [UInt8], texts: TextVisit
    ) throws {
        let spool = try PairSpool(pairs, in: files.folder)
        guard !spool.isEmpty else { return }
        var involved = [Bool](repeating: false, count: fates.count)
        try spool.forEach { later, earlier in
            involved[later] = true
            involved[earlier] = true
        }
        let store = try ShingleStore(files.folder.appendingPathComponent("shingles.spill"))
        try texts(self) { number, text in
            guard involved[number] else { return }
            try store.append(
                settings.shingles.shingles(of: FoldedText(text().utf8)), number: number)
        }
        let fate = Self.fate(reason)
        var own = fates
        var last: (number: Int, shingles: [UInt32])?
        try spool.forEach { later, earlier in
            guard own[later] == 0, own[earlier] == 0 else { return }
            if last?.number != later {
                last = (later, try store.shingles(later) ?? [])
            }
            guard let left = last?.shingles, let right = try store.shingles(earlier) else { return }
            if Jaccard.similarity(left, right) >= settings.threshold { own[later] = fate }
        }
        fates = own
    }

    // MARK: Sample

    private mutating func sample() throws {
        progress("sample")
        let domains = Array(Set(recipe.inputs.map(\.domain))).sorted()
        let domainOfInput = recipe.inputs.map { domains.firstIndex(of: $0.domain) ?? 0 }
        var counts = [Int](repeating: 0, count: domains.count)
        let sorter = ExternalSorter(in: files.folder, name: "sample")
        var base = 0
        for segment in segments {
            let domain = domainOfInput[segment.input]
            // A text keeps its draw whatever else is in the corpus.
            let draws = try KeyColumns(files.keys(name(segment))).column(0)
            for (row, key) in draws.enumerated() where fates[base + row] == 0 {
                counts[domain] += 1
                try sorter.append(
                    SortRecord(
                        first: UInt64(domain), second: Mix.finish(key ^ Mix.finish(recipe.seed)),
                        third: UInt64(base + row)))
            }
            base += segment.tally.staged
        }
        var left = SampleQuota.quotas(
            recipe.sample, domains: domains, counts: counts)
        let fate = Self.fate(.notSampled)
        var own = fates
        try sorter.forEachSorted { record in
            let domain = Int(record.first)
            if left[domain] > 0 { left[domain] -= 1 } else { own[Int(record.third)] = fate }
        }
        fates = own
    }
}

/// Distinct pairs (later, earlier) on disk, in order, read as often as needed.
final class PairSpool {
    private let file: URL
    private(set) var isEmpty = true

    private static let bufferByteCount = 1 << 20

    init(_ pairs: ExternalSorter, in folder: URL) throws {
        file = folder.appendingPathComponent("pairs.spill")
        guard FileManager.default.createFile(atPath: file.path, contents: nil) else {
            throw CorpusError.write(path: file.path, problem: "the file cannot be made")
        }
        let handle = try FileHandle(forWritingTo: file)
        defer { try? handle.close() }
        var pending: [UInt64] = []
        func flush() throws {
            try handle.write(contentsOf: unsafe pending.withUnsafeBytes { unsafe Data($0) })
            pending.removeAll(keepingCapacity: true)
        }
        try pairs.forEachPair { later, earlier in
            isEmpty = false
            pending.append(UInt64(later))
            pending.append(UInt64(earlier))
            if pending.count * 8 >= Self.bufferByteCount { try flush() }
        }
        try flush()
    }

    deinit { try? FileManager.default.removeItem(at: file) }

    func forEach(_ body: (Int, Int) throws -> Void) throws {
        let handle = try FileHandle(forReadingFrom: file)
        defer { try? handle.close() }
        while let data = try handle.read(upToCount: Self.bufferByteCount), !data.isEmpty {
            let words = unsafe data.withUnsafeBytes { bytes in
                (0..<(bytes.count / 8)).map {
                    unsafe bytes.loadUnaligned(fromByteOffset: $0 * 8, as: UInt64.self)
                }
            }
            for place in stride(from: 0, to: words.count - 1, by: 2) {
                try body(Int(words[place]), Int(words[place + 1]))
            }
        }
    }
}
