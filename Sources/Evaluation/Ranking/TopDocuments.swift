/// A document of a ranking, by its position in the corpus.
package struct RankedDocument: Hashable, Sendable {
    package let index: Int
    package let score: Double

    package init(index: Int, score: Double) {
        self.index = index
        self.score = score
    }

    /// The order of every ranking: score descending, equal scores by position ascending.
    static func precedes(_ a: RankedDocument, _ b: RankedDocument) -> Bool {
        a.score == b.score ? a.index < b.index : a.score > b.score
    }
}

/// The best documents by score.
enum TopDocuments {
    /// The `count` best of `scores`, best first, ties by position. O(n log count): a heap holds the
    /// best so far with the worst of them on top.
    static func select(_ count: Int, from scores: some Sequence<Double>) -> [RankedDocument] {
        var heap: [RankedDocument] = []
        heap.reserveCapacity(count)
        for (index, score) in scores.enumerated() {
            let candidate = RankedDocument(index: index, score: score)
            if heap.count < count {
                heap.append(candidate)
                siftUp(&heap)
            } else if let worst = heap.first, RankedDocument.precedes(candidate, worst) {
                heap[0] = candidate
                siftDown(&heap)
            }
        }
        return heap.sorted(by: RankedDocument.precedes)
    }

    private static func siftUp(_ heap: inout [RankedDocument]) {
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard RankedDocument.precedes(heap[parent], heap[child]) else { return }
            heap.swapAt(parent, child)
            child = parent
        }
    }

    private static func siftDown(_ heap: inout [RankedDocument]) {
        var parent = 0
        while true {
            var worst = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count {
                if RankedDocument.precedes(heap[worst], heap[child]) { worst = child }
            }
            guard worst != parent else { return }
            heap.swapAt(worst, parent)
            parent = worst
        }
    }
}
