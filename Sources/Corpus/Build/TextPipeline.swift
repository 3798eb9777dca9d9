import AjanTurkishText
import Foundation

/// What becomes of a document: the texts that go on, and what was dropped and why.
struct DocumentOutcome: Sendable {
    var texts: [StagedText] = []
    var dropped: [(reason: DropReason, text: String)] = []
    /// Keys of the document as a whole, where documents are deduplicated.
    var documentKeys: [UInt64]?
    var personalData: [PersonalDataType: Int] = [:]
    /// Lines that went while their document stayed.
    var boilerplateLines = 0
    /// Texts that the document was cut into.
    var units = 0
}

/// A text that passed every filter, with the keys that deduplication needs.
struct StagedText: Sendable {
    var record: SnapshotRecord
    /// The record as a line of a shard.
    var json: [UInt8]
    var keys: [UInt64]
}

/// Every step from a raw document to staged texts. A value without state, so documents can be
/// worked on in any order and on any thread.
struct TextPipeline: Sendable {
    private let recipe: CorpusRecipe
    private let contamination: ContaminationIndex
    private let scrubber: PersonalDataScrubber
    private let identifier = LanguageIdentifier()
    private let boilerplate = BoilerplateFilter()
    private let repetition = RepetitionFilter()
    private let offensive = OffensiveFilter()
    private let splitter = SentenceSplitter()
    private let shape: ShapeFilter
    private let keys: DuplicateKeys
    private let documentKeys: DuplicateKeys?

    /// A share of Turkish below which a text is in another language rather than mixed.
    private static let mixedShareMin = 0.2

    init(recipe: CorpusRecipe, contamination: ContaminationIndex) {
        self.recipe = recipe
        self.contamination = contamination
        scrubber = PersonalDataScrubber(types: recipe.personalData.types)
        shape = ShapeFilter(settings: recipe.filters)
        keys = DuplicateKeys(recipe.duplicates)
        documentKeys =
            recipe.documentDuplicates.isOn ? DuplicateKeys(recipe.documentDuplicates) : nil
    }

    func process(_ document: RawDocument, source: String) -> DocumentOutcome {
        var outcome = DocumentOutcome()
        let lines = cleanLines(document.text, &outcome)
        guard !lines.isEmpty else {
            let reason: DropReason = outcome.boilerplateLines > 0 ? .boilerplate : .empty
            outcome.dropped.append((reason, document.text))
            return outcome
        }
        if recipe.filters.repetition, recipe.unit != .document, lines.count > 1 {
            let whole = lines.joined(separator: "\n")
            let folded = FoldedText(whole.utf8)
            if repetition.reason(folded, lines: lines.map { $0[...] }) != nil {
                outcome.dropped.append((.repeatedDocument, whole))
                return outcome
            }
        }
        let title = document.title.map(TextContract.cased.apply) ?? ""
        for text in units(of: lines) {
            outcome.units += 1
            stage(
                SnapshotRecord(
                    text: text, source: source, title: title.isEmpty ? nil : title,
                    url: document.url),
                &outcome)
        }
        if let documentKeys {
            let joined = outcome.texts.map(\.record.text).joined(separator: " ")
            outcome.documentKeys = documentKeys.keys(of: FoldedText(joined.utf8))
        }
        return outcome
    }

    // MARK: Lines and units

    /// The lines of a document in the text contract, without empty ones and boilerplate.
    private func cleanLines(_ text: String, _ outcome: inout DocumentOutcome) -> [String] {
        var lines: [String] = []
        for line in text.unicodeScalars.split(whereSeparator: Self.isNewline) {
            let clean = TextContract.cased.apply(to: Substring(line))
            guard !clean.isEmpty else { continue }
            if recipe.filters.boilerplate, boilerplate.isBoilerplate(clean) {
                outcome.boilerplateLines += 1
                continue
            }
            lines.append(clean)
        }
        return lines
    }

    private static func isNewline(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x0A...0x0D, 0x85, 0x2028, 0x2029: true
        default: false
        }
    }

    private func units(of lines: [String]) -> [String] {
        switch recipe.unit {
        case .document: [lines.joined(separator: "\n")]
        case .sentence: sentences(of: lines)
        case .passage: passages(of: sentences(of: lines))
        }
    }

    private func sentences(of lines: [String]) -> [String] {
        let bytes = Array(lines.joined(separator: "\n").utf8)
        return splitter.byteRanges(of: bytes).map { range in
            String(decoding: bytes[range].map { $0 == 0x0A ? 0x20 : $0 }, as: UTF8.self)
        }
    }

    private func passages(of sentences: [String]) -> [String] {
        let cutter = PassageCutter(
            sentences: recipe.passages.sentences, sizeMax: recipe.passages.charactersMax)
        return cutter.passages(of: sentences.count) { sentences[$0].unicodeScalars.count + 1 }
            .map { sentences[$0].joined(separator: " ") }
    }

    // MARK: Filters

    private func stage(_ record: SnapshotRecord, _ outcome: inout DocumentOutcome) {
        var record = record
        let original = FoldedText(record.text.utf8)
        let folded: FoldedText
        switch scrub(&record, &outcome) {
        case .dropped:
            outcome.dropped.append((.personalData, record.text))
            return
        case .unchanged: folded = original
        case .replaced: folded = FoldedText(record.text.utf8)
        }
        if let reason = filterReason(record.text, folded) {
            outcome.dropped.append((reason, record.text))
            return
        }
        // Test sets are compared with the text as it was: a placeholder must not hide a match.
        if let match = contamination.match(original) {
            outcome.dropped.append((match == .run ? .testRun : .testNear, record.text))
            return
        }
        outcome.texts.append(
            StagedText(record: record, json: record.json, keys: keys.keys(of: folded)))
    }

    private func filterReason(_ text: String, _ folded: FoldedText) -> DropReason? {
        let filters = recipe.filters
        if let reason = shape.reason(text, wordCount: folded.wordCount) { return reason }
        if filters.repetition {
            let lines = recipe.unit == .document ? text.split(separator: "\n") : []
            if let reason = repetition.reason(folded, lines: lines) { return reason }
        }
        if filters.offensive, offensive.isOffensive(folded) { return .offensive }
        guard let shareMin = filters.turkishShareMin else { return nil }
        let share = identifier.turkishShare(of: text) ?? 0
        if share >= shareMin { return nil }
        return share < Self.mixedShareMin ? .otherLanguage : .mixedLanguage
    }

    private enum ScrubResult {
        case unchanged
        case replaced
        case dropped
    }

    /// Replaces personal data in text and title, or tells that the recipe drops such texts.
    private func scrub(
        _ record: inout SnapshotRecord, _ outcome: inout DocumentOutcome
    ) -> ScrubResult {
        guard recipe.personalData.action != .keep else { return .unchanged }
        record.title = record.title.map { scrubber.scrub($0).text }
        let (text, counts) = scrubber.scrub(record.text)
        guard !counts.isEmpty else { return .unchanged }
        if recipe.personalData.action == .drop { return .dropped }
        record.text = text
        for (type, count) in counts { outcome.personalData[type, default: 0] += count }
        return .replaced
    }
}
