/// Finds texts that hold a piece of an evaluation set, however it was typed.
///
/// Words are compared after folding (case, marks, dotless i), by two rules:
/// 1. `test-run`: the text holds any 13 words in a row of an evaluation text.
/// 2. `test-near`: the text holds an evaluation text of 5 to 60 words, or a sentence of a longer
///    one, in which at least four words in five stand in their places; of up to nine words only
///    one may differ. Places to compare are found by short runs of its words, the anchors.
/// An evaluation text of 3 or 4 words is found only where it is the whole text.
package struct ContaminationIndex: Sendable {
    /// Version of the rules; part of every manifest.
    package static let version = 1

    package enum Match: String, Sendable {
        case run = "test-run"
        case near = "test-near"
    }

    static let runWords = 13
    private static let nearWords = 5...60
    private static let wholeWords = 3...4

    /// Which hashes are in `runs` or begin an anchor; most runs of other texts end here.
    private var known = HashFilter()
    private var runs: Set<UInt64> = []
    private var wholes: Set<UInt64> = []
    private var texts: [[UInt64]] = []
    /// Places of each anchor: number of the text and of its first word, by words of the anchor.
    private var anchors: [Int: [UInt64: [(text: Int32, place: Int32)]]] = [:]
    private var units: Set<UInt64> = []

    package init() {}

    package var isEmpty: Bool { runs.isEmpty && texts.isEmpty && wholes.isEmpty }

    /// Adds a text of an evaluation set; `sentences` are its byte ranges.
    package mutating func insert(_ text: String, sentences: [Range<Int>]) {
        let bytes = Array(text.utf8)
        insertUnit(FoldedText(bytes), isWhole: true)
        guard sentences.count > 1 else { return }
        for sentence in sentences { insertUnit(FoldedText(bytes[sentence]), isWhole: false) }
    }

    private mutating func insertUnit(_ text: FoldedText, isWhole: Bool) {
        let count = text.wordCount
        let words = WordRuns(text.wordHashes)
        guard count > 0, units.insert(words.hash(0, count)).inserted else { return }
        if count >= Self.runWords {
            for start in 0...(count - Self.runWords) {
                runs.insert(words.hash(start, Self.runWords))
                known.insert(words.hash(start, Self.runWords))
            }
        }
        if isWhole, Self.wholeWords.contains(count) { wholes.insert(words.hash(0, count)) }
        guard Self.nearWords.contains(count) else { return }
        let number = Int32(texts.count)
        texts.append(text.wordHashes)
        let size = Self.anchorWords(count)
        for start in 0...(count - size) {
            let hash = words.hash(start, size)
            known.insert(hash)
            anchors[size, default: [:]][hash, default: []].append((number, Int32(start)))
        }
    }

    /// Words of an anchor so short that one changed word anywhere leaves one whole.
    private static func anchorWords(_ count: Int) -> Int { count >= 9 ? 4 : count >= 6 ? 3 : 2 }

    /// How `text` touches an evaluation set; nil when it does not.
    package func match(_ text: String) -> Match? { match(FoldedText(text.utf8)) }

    func match(_ text: FoldedText) -> Match? {
        let count = text.wordCount
        guard count >= Self.wholeWords.lowerBound else { return nil }
        let words = WordRuns(text.wordHashes)
        if Self.wholeWords.contains(count), wholes.contains(words.hash(0, count)) { return .run }
        if count >= Self.runWords, !runs.isEmpty {
            for start in 0...(count - Self.runWords) {
                let hash = words.hash(start, Self.runWords)
                if known.mayContain(hash), runs.contains(hash) { return .run }
            }
        }
        for (size, places) in anchors where count >= size {
            for start in 0...(count - size) {
                let hash = words.hash(start, size)
                guard known.mayContain(hash) else { continue }
                for place in places[hash] ?? []
                where isNear(text.wordHashes, at: start - Int(place.place), texts[Int(place.text)])
                {
                    return .near
                }
            }
        }
        return nil
    }

    /// Whether enough words of `unit` stand in `words` from `offset` on.
    private func isNear(_ words: [UInt64], at offset: Int, _ unit: [UInt64]) -> Bool {
        var left = max(1, unit.count / 5)
        for (index, hash) in unit.enumerated() {
            let place = offset + index
            if place < 0 || place >= words.count || words[place] != hash {
                if left == 0 { return false }
                left -= 1
            }
        }
        return true
    }
}
