/// The repetition rules of Gopher (Rae et al. 2021, "Scaling Language Models", appendix A1), with
/// Turkish stop words. Shares are over characters.
struct RepetitionFilter: Sendable {
    static let version = 1

    /// Words below which run rules say nothing.
    private static let wordsMin = 20
    /// Words from which on a text is expected to hold stop words.
    private static let stopWordsFrom = 50
    private static let linesMin = 5
    private static let duplicateLineShareMax = 0.3
    private static let duplicateLineCharacterShareMax = 0.2
    /// Characters in the most frequent run of 2, 3, 4 words.
    private static let topRunShareMax = [2: 0.20, 3: 0.18, 4: 0.16]
    /// Characters in runs of 5 to 10 words that occur more than once.
    private static let shortestDuplicateRun = 5
    private static let duplicateRunShareMax = [
        5: 0.15, 6: 0.14, 7: 0.13, 8: 0.12, 9: 0.11, 10: 0.10,
    ]

    func reason(_ text: FoldedText, lines: [Substring] = []) -> DropReason? {
        if lines.count >= Self.linesMin, repeatsLines(lines) { return .repeatedLines }
        guard text.wordCount >= Self.wordsMin else { return nil }
        if repeatsWords(text) { return .repeatedWords }
        guard text.wordCount >= Self.stopWordsFrom else { return nil }
        let first = text.wordHashes.first(where: Self.stopWords.contains)
        let hasTwo = text.wordHashes.contains { $0 != first && Self.stopWords.contains($0) }
        return hasTwo ? nil : .fewStopWords
    }

    /// Most texts repeat no run of two words often enough to go on counting.
    private func repeatsWords(_ text: FoldedText) -> Bool {
        let runs = WordRuns(text.wordHashes)
        let most = mostCopies(text, runs, size: 2)
        if most > 2 {
            for (size, shareMax) in Self.topRunShareMax
            where topShare(text, runs, size: size) > shareMax {
                return true
            }
        }
        guard most > 1, mostCopies(text, runs, size: Self.shortestDuplicateRun) > 1 else {
            return false
        }
        return Self.duplicateRunShareMax.contains { size, shareMax in
            duplicateShare(text, runs, size: size) > shareMax
        }
    }

    /// How often the most frequent run of `size` words occurs.
    private func mostCopies(_ text: FoldedText, _ runs: WordRuns, size: Int) -> Int {
        guard text.wordCount > size else { return 0 }
        var hashes = (0...(text.wordCount - size)).map { runs.hash($0, size) }
        hashes.sort()
        var (most, start) = (1, 0)
        for index in hashes.indices {
            if hashes[index] != hashes[start] { start = index }
            most = max(most, index - start + 1)
        }
        return most
    }

    private func repeatsLines(_ lines: [Substring]) -> Bool {
        var seen: Set<Substring> = []
        var (copies, copied, all) = (0, 0, 0)
        for line in lines {
            all += line.utf8.count
            if !seen.insert(line).inserted {
                copies += 1
                copied += line.utf8.count
            }
        }
        return Double(copies) > Self.duplicateLineShareMax * Double(lines.count)
            || Double(copied) > Self.duplicateLineCharacterShareMax * Double(max(1, all))
    }

    private func topShare(_ text: FoldedText, _ runs: WordRuns, size: Int) -> Double {
        guard text.wordCount > size else { return 0 }
        var counts: [UInt64: (count: Int, length: Int)] = [:]
        for start in 0...(text.wordCount - size) {
            counts[runs.hash(start, size), default: (0, length(text, start, size))].count += 1
        }
        // A run that occurs once repeats nothing. Equal counts: the longest.
        let most = counts.values.filter { $0.count > 1 }
            .max { ($0.count, $0.length) < ($1.count, $1.length) }
        guard let most, most.count > 2 else { return 0 }
        return Double(most.count * most.length) / Double(text.bytes.count)
    }

    private func duplicateShare(_ text: FoldedText, _ runs: WordRuns, size: Int) -> Double {
        guard text.wordCount > size else { return 0 }
        var seen: Set<UInt64> = []
        var covered = 0
        var next = 0
        for start in 0...(text.wordCount - size)
        where !seen.insert(runs.hash(start, size)).inserted {
            let from = max(start, next)
            if start + size > from { covered += length(text, from, start + size - from) }
            next = start + size
        }
        return Double(covered) / Double(max(1, text.bytes.count))
    }

    private func length(_ text: FoldedText, _ start: Int, _ count: Int) -> Int {
        (start..<(start + count)).reduce(0) { $0 + text.wordLength($1) }
    }

    private static let stopWords: Set<UInt64> = Set(
        FoldedText(
            """
            ve bir bu da de için ile olan olarak daha çok gibi en kadar sonra ne her ama var ya o ki mi
            mı mu mü ise veya değil şu ancak bunun tarafından göre üzerinde içinde ben sen biz siz
            """.utf8
        ).wordHashes)
}
