/// Groups windows into batches. The plan changes only who computes what and when, never a result.
package struct BatchPlan: Equatable {
    /// Indices of windows; every index occurs once.
    package let batches: [[Int]]

    /// Fills batches up to a token budget, longest windows first. The batches that are computed
    /// last then hold the shortest windows and take the least time, so that all threads end at
    /// nearly the same time.
    ///
    /// - Parameters:
    ///   - lengths: tokens of each window.
    ///   - budget: tokens that a batch may hold; a longer window makes a batch of its own.
    package init(lengths: [Int], budget: Int) {
        var batches: [[Int]] = []
        var tokens = 0
        for index in Self.longestFirst(lengths) {
            if batches.isEmpty || tokens + lengths[index] > budget {
                batches.append([])
                tokens = 0
            }
            batches[batches.count - 1].append(index)
            tokens += lengths[index]
        }
        self.batches = batches
    }

    /// At most `count` batches of nearly the same number of tokens: each window, longest first,
    /// goes where there are fewest.
    package init(lengths: [Int], count: Int) {
        var batches = [[Int]](repeating: [], count: max(1, min(count, lengths.count)))
        var tokens = [Int](repeating: 0, count: batches.count)
        for index in Self.longestFirst(lengths) {
            let least = tokens.indices.min { tokens[$0] < tokens[$1] } ?? 0
            batches[least].append(index)
            tokens[least] += lengths[index]
        }
        self.batches = lengths.isEmpty ? [] : batches
    }

    private static func longestFirst(_ lengths: [Int]) -> [Int] {
        lengths.indices.sorted {
            lengths[$0] == lengths[$1] ? $0 < $1 : lengths[$0] > lengths[$1]
        }
    }
}
