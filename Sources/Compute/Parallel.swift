/// Loops that run on a pool when there is one.
enum Parallel {
    /// Runs `body` over `0..<count` in pieces of at most `grain`; without a pool in one piece.
    static func forEach(
        count: Int, grain: Int, pool: ComputePool?, _ body: @Sendable (Range<Int>) -> Void
    ) {
        guard count > 0 else { return }
        guard let pool, pool.threads > 1, count > grain else { return body(0..<count) }
        withoutActuallyEscaping(body) { pool.forEach(count: count, grain: grain, $0) }
    }
}
