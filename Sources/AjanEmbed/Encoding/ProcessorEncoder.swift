import AjanCompute
import AjanEncoder
import AjanSafetensors
import Synchronization

/// Windows on the processor: batches spread over threads, or threads inside a batch.
struct ProcessorEncoder: WindowEncoder {
    private let encoder: TransformerEncoder
    private let head: SentenceHead
    private let workspaces = WorkspaceStore()

    /// Opens the weights; `format` says how they are held.
    init(
        folder: ModelFolder, checkpoint: Checkpoint, format: WeightFormat, pool: ComputePool
    ) throws {
        encoder = try TransformerEncoder(
            configuration: folder.configuration, checkpoint: checkpoint, format: format, pool: pool)
        head = try SentenceHead(folder: folder, format: format)
    }

    var dimensions: Int { head.dimensions }

    func isFinite(word id: Int) -> Bool { encoder.weights.embeddings.words.isFinite(row: id) }

    /// Tokens of one batch: enough rows to keep the kernels at their peak, few enough that the
    /// activations of a layer stay in the second-level cache.
    private static let batchTokens = 512

    /// With fewer windows than this per thread, batches are computed one after another, and all
    /// threads work on each layer together. With more, every thread computes batches of its own,
    /// and threads need not wait for each other after each layer.
    private static let windowsPerThreadMin = 4

    func vectors(
        of windows: [Window], on pool: ComputePool,
        isCancelled: @escaping @Sendable () -> Bool
    ) throws -> [[Float]] {
        let spread = windows.count >= Self.windowsPerThreadMin * pool.threads && pool.threads > 1
        let plan = Self.plan(windows.map(\.ids.count), shares: spread ? pool.threads : 1)
        let results = Mutex([[Float]](repeating: [], count: windows.count))
        let run: @Sendable (Int) throws -> Void = { batch in
            if isCancelled() { throw CancellationError() }
            let members = plan.batches[batch]
            let vectors = try compute(
                members.map { windows[$0] }, pool: spread ? nil : pool)
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

    /// Few windows are cut evenly, a multiple of `shares` batches, so that neither a thread nor a
    /// small rest of a batch is left over; of many, the budget decides.
    static func plan(_ lengths: [Int], shares: Int) -> BatchPlan {
        let tokens = lengths.reduce(0, +)
        let most = batchTokensMax * shares
        let count = tokens.dividedUp(by: most) * shares
        guard count <= evenBatchesMax * shares else {
            return BatchPlan(lengths: lengths, budget: batchTokens)
        }
        return BatchPlan(lengths: lengths, count: max(shares, count))
    }

    /// Batches per share that are cut evenly, and the most tokens of such a batch.
    private static let evenBatchesMax = 8
    private static let batchTokensMax = batchTokens + batchTokens / 4

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
