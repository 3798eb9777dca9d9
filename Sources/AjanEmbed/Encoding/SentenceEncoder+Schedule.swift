import Compute
import Encoder
import Synchronization

extension SentenceEncoder {
    /// Tokens of one batch: enough rows to keep the kernels at their peak, few enough that the
    /// activations of a layer stay in the second-level cache.
    private static let batchTokens = 512

    /// Fewer windows than this per thread are computed one batch at a time with every thread inside
    /// each layer; more are spread, one batch per thread, which needs no meeting point between
    /// layers.
    private static let windowsPerThreadMin = 4

    /// The vector of every window of every text, in order, not normalised.
    func windowVectors(
        of texts: [PreparedText], isCancelled: @escaping @Sendable () -> Bool
    ) throws -> [[Float]] {
        let windows = texts.flatMap { text in
            text.windows.map { Window(ids: $0, promptTokens: text.promptTokens) }
        }
        let spread = windows.count >= Self.windowsPerThreadMin * pool.threads && pool.threads > 1
        let plan = BatchPlan(
            lengths: windows.map(\.ids.count),
            budget: spread ? sharedBudget(windows) : Self.batchTokens)
        let results = Mutex([[Float]](repeating: [], count: windows.count))
        let run: @Sendable (Int) throws -> Void = { batch in
            if isCancelled() { throw ModelError.cancelled }
            let members = plan.batches[batch]
            let vectors = try self.compute(
                members.map { windows[$0] }, pool: spread ? nil : self.pool)
            results.withLock { all in
                for (member, vector) in zip(members, vectors) { all[member] = vector }
            }
        }
        if spread {
            _ = try pool.map(count: plan.batches.count, run)
        } else {
            for batch in plan.batches.indices { try run(batch) }
        }
        return results.withLock { $0 }
    }

    /// Token ids of one pass through the encoder.
    struct Window: Sendable {
        let ids: [Int32]
        let promptTokens: Int
    }

    /// The token budget, lowered for small calls so that every thread gets a share.
    private func sharedBudget(_ windows: [Window]) -> Int {
        let tokens = windows.reduce(0) { $0 + $1.ids.count }
        let share = (tokens + pool.threads - 1) / pool.threads
        return max(64, min(Self.batchTokens, share))
    }

    private func compute(_ windows: [Window], pool: ComputePool?) throws -> [[Float]] {
        let batch = PackedBatch(windows.map(\.ids))
        return try workspaces.withWorkspace { workspace in
            let hidden = try encoder.hiddenStates(of: batch, in: workspace, pool: pool)
            return windows.indices.map { index in
                head.vector(
                    of: hidden.rows(batch.rows(of: index)),
                    promptTokens: windows[index].promptTokens)
            }
        }
    }
}
