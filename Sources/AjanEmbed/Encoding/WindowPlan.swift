/// Cuts the body of a long text into overlapping windows of nearly equal size.
///
/// Equal windows matter twice: every window sees enough context, and none is a stub of a few tokens
/// that would weigh in the mean with a vector of its own.
package struct WindowPlan: Equatable {
    /// Ranges of body tokens; each but the first begins inside the one before it.
    package let ranges: [Range<Int>]

    /// Tokens that two neighbours share, when a window has room for them.
    static let overlap = 64

    /// - Parameters:
    ///   - bodyCount: tokens of the text without prompt and special tokens.
    ///   - capacity: body tokens that fit one window; at least 1.
    package init(bodyCount: Int, capacity: Int) {
        precondition(capacity > 0, "a window needs room for a token")
        guard bodyCount > capacity else {
            ranges = [0..<bodyCount]
            return
        }
        let overlap = min(Self.overlap, capacity / 4)
        let stride = capacity - overlap
        let count = (bodyCount - overlap + stride - 1) / stride
        let size = (bodyCount + (count - 1) * overlap + count - 1) / count
        ranges = (0..<count).map { index in
            let start = index * (bodyCount - size) / (count - 1)
            return start..<start + size
        }
    }
}
