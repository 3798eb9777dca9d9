import AjanCompute

/// What turns windows into vectors: the processor or a device.
protocol WindowEncoder: Sendable {
    /// Length of a vector.
    var dimensions: Int { get }

    /// The vector of every window, in order, not normalised.
    ///
    /// - Throws: `CancellationError`.
    func vectors(
        of windows: [Window], on pool: ComputePool,
        isCancelled: @escaping @Sendable () -> Bool
    ) throws -> [[Float]]

    /// Whether the row of word `id` holds numbers only.
    func isFinite(word id: Int) -> Bool
}

/// Token ids of one pass through the encoder.
struct Window: Sendable {
    let ids: [Int32]
    /// Tokens at the start that belong to the prompt, the begin token included.
    let promptTokens: Int
}
