/// Cuts the body of a long text into windows: as few as possible, each but the last full, none
/// sharing a token with another.
///
/// The mean of the windows' vectors, weighted by their tokens, is then the mean over all tokens of
/// the text. What is lost is attention between tokens of different windows. Windows of equal size,
/// and windows that overlap, were measured and find paragraphs no better (docs/NUMERICS.md).
package struct WindowPlan: Equatable {
    /// Ranges of body tokens, end to end.
    package let ranges: [Range<Int>]

    /// - Parameters:
    ///   - bodyCount: tokens of the text without prompt and special tokens.
    ///   - capacity: body tokens that fit one window; at least 1.
    package init(bodyCount: Int, capacity: Int) {
        precondition(capacity > 0, "a window needs room for a token")
        let starts = stride(from: 0, to: max(bodyCount, 1), by: capacity)
        ranges = starts.map { $0..<min($0 + capacity, bodyCount) }
    }
}
