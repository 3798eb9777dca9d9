/// What the report and the manifest tell about a build: counts per source and per stage, lengths,
/// samples.
struct CorpusSurvey {
    private let recipe: CorpusRecipe
    /// Per input of the recipe, filters and merge together.
    private(set) var tallies: [Tally]
    /// Texts that stay, per input.
    private(set) var kept: [Int]
    private(set) var keptByteCount = 0
    /// Texts that stay by their length in characters, one count per power of the square root of
    /// two.
    private(set) var lengths = [Int](repeating: 0, count: Self.lengthClasses)
    private(set) var samples: [String: SampleKeeper] = [:]
    private(set) var keptSample = SampleKeeper()

    static let lengthClasses = 32

    init(recipe: CorpusRecipe, merge: CorpusMerge) {
        self.recipe = recipe
        tallies = [Tally](repeating: Tally(), count: recipe.inputs.count)
        kept = [Int](repeating: 0, count: recipe.inputs.count)
        for segment in merge.segments.all { tallies[segment.input].add(segment.tally) }
        samples = merge.segments.samples
    }

    var sources: [String] { recipe.inputs.map(\.name) }

    /// Counts a staged text at the end of its way.
    mutating func count(_ record: SnapshotRecord, input: Int, dropped reason: DropReason?) {
        let rank = SampleKeeper.rank(record.text, seed: recipe.seed)
        if let reason {
            tallies[input].drop(reason)
            samples[reason.rawValue, default: SampleKeeper()]
                .offer(rank: rank, source: record.source) { record.text }
            return
        }
        kept[input] += 1
        keptByteCount += record.text.utf8.count
        lengths[Self.lengthClass(record.text.unicodeScalars.count)] += 1
        keptSample.offer(rank: rank, source: record.source) { record.text }
    }

    /// Two classes per doubling: 1, 2, 3, 4, 6, 8, 12, 16 ...
    static func lengthClass(_ characters: Int) -> Int {
        let value = max(1, characters)
        let power = Int.bitWidth - 1 - value.leadingZeroBitCount
        let isUpperHalf = value >= (3 << power) >> 1
        return min(lengthClasses - 1, 2 * power + (isUpperHalf && power > 0 ? 1 : 0))
    }

    /// Least length of a class.
    static func lengthFloor(_ place: Int) -> Int {
        let power = place / 2
        return place % 2 == 0 ? 1 << power : (3 << power) >> 1
    }

    var total: Tally {
        tallies.reduce(into: Tally()) { $0.add($1) }
    }

    /// Stages in order. A document that goes as a whole counts in the first stages, before it is
    /// cut; its texts count behind that.
    var stages: [SnapshotManifest.Stage] {
        let total = total
        var stages: [SnapshotManifest.Stage] = []
        let whole: [DropReason] = [.empty, .boilerplate, .repeatedDocument]
        let readable = total.documents - total.broken
        let wholeDropped = readable - documentsCut(total, whole)
        stages.append(
            stage("read", "documents", total.documents, readable, ["broken": total.broken]))
        stages.append(
            stage(
                "clean", "documents", readable, readable - wholeDropped,
                counts(total, whole).merging(["boilerplate-lines": total.boilerplateLines]) { $1 }))
        stages.append(stage("split", "texts", readable - wholeDropped, total.units, [:]))
        var left = total.units
        for own in DropReason.Stage.allCases where own != .clean {
            let reasons = DropReason.allCases.filter { $0.stage == own && !whole.contains($0) }
            let counts = counts(total, reasons)
            let given = left - counts.values.reduce(0, +)
            let notes = own == .personalData ? total.personalData : [:]
            stages.append(
                stage(own.rawValue, "texts", left, given, counts.merging(notes) { $1 }))
            left = given
        }
        return stages
    }

    private func documentsCut(_ total: Tally, _ whole: [DropReason]) -> Int {
        total.documents - total.broken - counts(total, whole).values.reduce(0, +)
    }

    private func counts(_ total: Tally, _ reasons: [DropReason]) -> [String: Int] {
        Dictionary(uniqueKeysWithValues: reasons.map { ($0.rawValue, total.count($0)) })
            .filter { $0.value > 0 }
    }

    private func stage(
        _ name: String, _ unit: String, _ taken: Int, _ given: Int, _ reasons: [String: Int]
    ) -> SnapshotManifest.Stage {
        SnapshotManifest.Stage(
            name: name, unit: unit, taken: taken, given: given, reasons: reasons)
    }
}
