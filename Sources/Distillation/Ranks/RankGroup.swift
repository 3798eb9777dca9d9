package import AjanCompute

/// The processes that train one student together. Each computes the gradients of its own
/// micro-batches. Sums over the ranks are always added in the order of the ranks, so that two runs
/// with the same number of ranks give the same bits.
package protocol RankGroup {
    /// Number of this process, from 0.
    var rank: Int { get }
    var count: Int { get }
    /// Replaces every number by its sum over all ranks.
    func sum(_ values: Matrix) throws
    func sum(_ value: Double) throws -> Double
    /// The rising union of all ranks' ids.
    func union(_ ids: [Int32]) throws -> [Int32]
    /// Whether any rank says yes.
    func any(_ flag: Bool) throws -> Bool
    /// Waits for all ranks.
    func barrier() throws
}

/// One process on its own.
package struct SingleRank: RankGroup {
    package let rank = 0
    package let count = 1

    package init() {}

    package func sum(_ values: Matrix) {}
    package func sum(_ value: Double) -> Double { value }
    package func union(_ ids: [Int32]) -> [Int32] { ids }
    package func any(_ flag: Bool) -> Bool { flag }
    package func barrier() {}
}

extension RankGroup {
    /// Whether this rank writes files.
    var isFirst: Bool { rank == 0 }
}
