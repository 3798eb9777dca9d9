package import AjanCompute

/// The memory in which one batch is computed: one allocation, carved into named rows.
///
/// A workspace belongs to one computation at a time. Its size follows the largest batch that it has
/// seen, which the token budget of the caller bounds; it does not grow with the number of texts.
// SAFETY: used by one computation at a time; whoever keeps workspaces hands each out to one owner.
package final class Workspace: @unchecked Sendable {
    /// Views for a batch of `T` tokens.
    package struct Rows {
        /// `[T, hiddenSize]`
        package let hidden: Matrix
        /// `[T, hiddenSize]`
        package let context: Matrix
        /// `[T, 3 hiddenSize]`; shares its memory with `intermediate`, they are never alive
        /// together.
        package let queryKeyValue: Matrix
        /// `[T, intermediateSize]`
        package let intermediate: Matrix
    }

    private var region: MemoryRegion?

    package init() {}

    /// Rows for `tokens` tokens.
    package func reserve(tokens: Int, for configuration: EncoderConfiguration) -> Rows {
        let hidden = configuration.hiddenSize
        let wide = max(3 * hidden, configuration.intermediateSize)
        let floats = tokens * (2 * hidden + wide)
        let byteCount = floats * MemoryLayout<Float>.stride
        let region = memory(byteCount: byteCount)
        func rows(at offset: Int, columns: Int) -> Matrix {
            Matrix(
                region: region, offset: offset, rows: tokens, columns: columns, rowStride: columns)
        }
        return Rows(
            hidden: rows(at: 0, columns: hidden),
            context: rows(at: tokens * hidden, columns: hidden),
            queryKeyValue: rows(at: tokens * 2 * hidden, columns: 3 * hidden),
            intermediate: rows(
                at: tokens * 2 * hidden, columns: configuration.intermediateSize))
    }

    private func memory(byteCount: Int) -> MemoryRegion {
        if let region, region.byteCount >= byteCount { return region }
        let region = MemoryRegion(byteCount: byteCount)
        self.region = region
        return region
    }
}
