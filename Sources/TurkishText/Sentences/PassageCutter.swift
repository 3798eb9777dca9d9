/// Joins neighbouring sentences to passages.
package struct PassageCutter: Sendable, Equatable {
    /// Sentences of a passage: fewer only where the text has no more.
    package let sentences: ClosedRange<Int>
    /// Size of a passage at most, in the unit of `measure`. A single sentence may be larger.
    package let sizeMax: Int

    package init(sentences: ClosedRange<Int> = 2...8, sizeMax: Int) {
        self.sentences = sentences
        self.sizeMax = sizeMax
    }

    /// Ranges of `count` sentences that make a passage each, in order, none left out.
    ///
    /// - Parameter measure: size of one sentence (bytes, characters, tokens).
    package func passages(of count: Int, measure: (Int) -> Int) -> [Range<Int>] {
        let sizes = (0..<count).map(measure)
        var passages: [Range<Int>] = []
        var start = 0
        while start < count {
            var end = start + 1
            var size = sizes[start]
            while end < count, end - start < sentences.upperBound, size + sizes[end] <= sizeMax {
                size += sizes[end]
                end += 1
            }
            passages.append(start..<end)
            start = end
        }
        return withoutShortTail(passages, sizes)
    }

    /// The last passage takes sentences from the one before when it has too few.
    private func withoutShortTail(_ passages: [Range<Int>], _ sizes: [Int]) -> [Range<Int>] {
        guard passages.count >= 2, let last = passages.last, last.count < sentences.lowerBound
        else { return passages }
        let previous = passages[passages.count - 2]
        let start = last.upperBound - sentences.lowerBound
        let size = sizes[max(0, start)..<last.upperBound].reduce(0, +)
        guard start - previous.lowerBound >= sentences.lowerBound, size <= sizeMax else {
            return passages
        }
        return passages.dropLast(2) + [previous.lowerBound..<start, start..<last.upperBound]
    }
}
