import AjanDocuments
import Foundation

/// Decides which staged texts stay, in memory that does not grow with their number.
struct CorpusMerge {
    let recipe: CorpusRecipe
    let segments: SegmentList
    let files: SegmentFolder
    let scratch: Scratch
    var progress: (String) -> Void = { _ in }
    /// Why each staged text goes, as a place in `DropReason.allCases` plus 1; 0: it stays.
    let fates: PagedArray<UInt8>

    init(
        recipe: CorpusRecipe, segments: SegmentList, files: SegmentFolder, memory: BuildMemory
    ) {
        self.recipe = recipe
        self.segments = segments
        self.files = files
        scratch = Scratch(folder: files.folder, memory: memory)
        fates = PagedArray(count: segments.staged, in: scratch, name: "fates")
    }

    func decide() throws {
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
        for segment in segments.all where segment.tally.staged > 0 {
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

    private func dropTexts() throws {
        try mark(
            fates, keys: try keys(recipe.duplicates, files.keys), settings: recipe.duplicates,
            exact: .duplicate, near: .nearDuplicate
        ) { body in
            try forEachText { number, _, text in try body(number, { try text.record().text }) }
        }
    }

    private func dropDocuments() throws {
        let keys = try keys(recipe.documentDuplicates, files.documentKeys)
        let documentFates = PagedArray<UInt8>(
            count: keys.reduce(0) { $0 + $1.rows }, in: scratch, name: "document-fates")
        try mark(
            documentFates, keys: keys, settings: recipe.documentDuplicates,
            exact: .documentDuplicate, near: .documentNearDuplicate, texts: forEachDocument)
        var places: [String: Int] = [:]
        var base = 0
        for (segment, file) in zip(segments.all, keys) {
            places[name(segment)] = base
            base += file.rows
        }
        try forEachText { number, segment, text in
            let document = (places[name(segment)] ?? 0) + text.document
            try fates.set(try documentFates.value(at: document), at: number)
        }
    }

    private func keys(
        _ settings: CorpusRecipe.DuplicateSettings, _ file: (String) -> URL
    ) throws -> [KeyColumns] {
        let columns = DuplicateKeys(settings).columns
        return try segments.all.map { try KeyColumns(file(name($0)), columns: columns) }
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

    /// Calls its argument with the number of each text and a closure that gives the text: few texts
    /// are asked for.
    private typealias TextVisit = ((Int, () throws -> String) throws -> Void) throws -> Void

    private func mark(
        _ fates: PagedArray<UInt8>, keys: [KeyColumns],
        settings: CorpusRecipe.DuplicateSettings, exact: DropReason, near: DropReason,
        texts: TextVisit
    ) throws {
        guard keys.reduce(0, { $0 + $1.rows }) == fates.count else {
            throw CorpusError.snapshot(path: files.folder.path, problem: "keys are missing")
        }
        let duplicates = Duplicates(scratch: scratch)
        if settings.exact {
            progress("exact duplicates")
            let fate = Self.fate(exact)
            try duplicates.exact(keys, isIn: { try fates.value(at: $0) == 0 }) {
                try fates.set(fate, at: $0)
            }
        }
        guard let nearSettings = settings.near else { return }
        progress("near-duplicates")
        let pairs = try duplicates.candidates(keys, bands: nearSettings.bands) {
            try fates.value(at: $0) == 0
        }
        let spool = try PairSpool(pairs, in: scratch)
        guard !spool.isEmpty else { return }
        try resolve(spool, fates: fates, settings: nearSettings, reason: near, texts: texts)
    }

    /// Compares the candidates exactly; a text goes when it resembles an earlier one that stays.
    private func resolve(
        _ pairs: PairSpool, fates: PagedArray<UInt8>, settings: NearDuplicateSettings,
        reason: DropReason, texts: TextVisit
    ) throws {
        let store = try ShingleStore(count: fates.count, in: scratch)
        try pairs.forEach { later, earlier in
            try store.want(later)
            try store.want(earlier)
        }
        try texts { number, text in
            guard try store.isWanted(number) else { return }
            try store.append(
                settings.shingles.shingles(of: FoldedText(text().utf8)), number: number)
        }
        let fate = Self.fate(reason)
        var last: (number: Int, shingles: [UInt32])?
        try pairs.forEach { later, earlier in
            guard try fates.value(at: later) == 0, try fates.value(at: earlier) == 0 else { return }
            if last?.number != later {
                last = (later, try store.shingles(later) ?? [])
            }
            guard let left = last?.shingles, let right = try store.shingles(earlier) else { return }
            if Jaccard.similarity(left, right) >= settings.threshold {
                try fates.set(fate, at: later)
            }
        }
    }

    // MARK: Sample

    private func sample() throws {
        progress("sample")
        let domains = Array(Set(recipe.inputs.map(\.domain))).sorted()
        let domainOfInput = recipe.inputs.map { domains.firstIndex(of: $0.domain) ?? 0 }
        var counts = [Int](repeating: 0, count: domains.count)
        let sorter = ExternalSorter(in: scratch, name: "sample")
        var base = 0
        for (segment, keys) in zip(segments.all, try keys(recipe.duplicates, files.keys)) {
            let domain = domainOfInput[segment.input]
            // Texts are drawn in the order of a hash of seed and text, so the order of two texts
            // does not depend on the rest of the corpus.
            try keys.forEachRow(ofColumn: 0) { row, key in
                guard try fates.value(at: base + row) == 0 else { return }
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
        try sorter.forEachSorted { record in
            let domain = Int(record.first)
            if left[domain] > 0 {
                left[domain] -= 1
            } else {
                try fates.set(fate, at: Int(record.third))
            }
        }
    }
}
