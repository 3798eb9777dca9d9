/// Groups windows into batches by a token budget, longest first.
///
/// Longest first keeps the last batches, which decide when the last thread ends, small. The plan
/// changes only who computes what and when, never a result.
package struct BatchPlan: Equatable {
    /// Indices of windows; every index occurs once.
    package let batches: [[Int]]

    /// - Parameters:
    ///   - lengths: tokens of each window.
    ///   - budget: tokens that a batch may hold; a longer window makes a batch of its own.
    package init(lengths: [Int], budget: Int) {
        let order = lengths.indices.sorted {
            lengths[$0] == lengths[$1] ? $0 < $1 : lengths[$0] > lengths[$1]
        }
        var batches: [[Int]] = []
        var tokens = 0
        for index in order {
            if batches.isEmpty || tokens + lengths[index] > budget {
                batches.append([])
                tokens = 0
            }
            batches[batches.count - 1].append(index)
            tokens += lengths[index]
        }
        self.batches = batches
    }
}
