import AjanCompute
import Synchronization

/// Search over the vectors of an index: every vector is compared, on all threads, or, where there
/// is a graph, those on the way to the nearest ones.
struct DenseSearch {
    let file: VectorFile
    let graph: VectorGraph?
    let pool: ComputePool

    /// Vectors that one thread takes at a time: about 1 MB.
    private static let grain = 2048

    /// Candidates that a graph search follows per answer, and at least. Measured in docs/SEARCH.md.
    private static let breadthPerAnswer = 4
    private static let breadthMin = 400

    /// The `count` passages closest to `query`, by cosine.
    ///
    /// - Parameters:
    ///   - allowed: ids of the passages to look at, ascending; nil looks at all. A graph knows no
    ///     filters, so these are compared one by one.
    ///   - exact: whether the graph is left aside.
    func nearest(
        to query: QuantizedVector, count: Int, among allowed: [Int64]? = nil, exact: Bool = false
    ) -> [TopK.Entry] {
        if let allowed {
            return nearest(to: query, count: count, rows: allowed.compactMap(file.row))
        }
        if let graph, !exact {
            let breadth = max(count * Self.breadthPerAnswer, Self.breadthMin)
            return graph.nearest(to: query, breadth: breadth).prefix(count).map {
                TopK.Entry(id: self.file.id(ofRow: $0.row), score: $0.cosine)
            }
        }
        return exactlyNearest(to: query, count: count)
    }

    /// Threads take blocks of rows and keep what beats the best of all blocks before, so that
    /// nearly every row costs its dot product and one comparison.
    private func exactlyNearest(to query: QuantizedVector, count: Int) -> [TopK.Entry] {
        let best = Mutex(TopK(count))
        let file = file
        pool.forEach(count: file.count, grain: Self.grain) { rows in
            for start in stride(from: rows.lowerBound, to: rows.upperBound, by: Self.grain) {
                let block = start..<min(start + Self.grain, rows.upperBound)
                var own = TopK(count, from: best.withLock { $0.least })
                for (row, cosine) in zip(block, file.cosines(of: query, rows: block))
                where cosine >= own.least {
                    own.offer(id: file.id(ofRow: row), score: cosine)
                }
                best.withLock { $0.merge(own) }
            }
        }
        return best.withLock { $0.entries }
    }

    private func nearest(to query: QuantizedVector, count: Int, rows: [Int]) -> [TopK.Entry] {
        var best = TopK(count)
        for row in rows {
            best.offer(id: file.id(ofRow: row), score: file.cosine(of: query, row: row))
        }
        return best.entries
    }

    /// The cosine of passage `id` and `query`; nil when the passage has no vector.
    func cosine(of id: Int64, to query: QuantizedVector) -> Float? {
        file.row(ofID: id).map { file.cosine(of: query, row: $0) }
    }
}
