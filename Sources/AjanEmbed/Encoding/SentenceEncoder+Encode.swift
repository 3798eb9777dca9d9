import AjanCompute
import AjanEncoder
import Dispatch

extension SentenceEncoder {
    /// Encodes texts.
    ///
    /// - Parameters:
    ///   - texts: any number, of any length; an empty text is a text.
    ///   - role: what the texts are for; decides the prompt. A text that already begins with one of
    ///     the model's prompts is not given another.
    ///   - longText: what to do with texts beyond `maxTokens`.
    /// - Returns: one embedding per text, in order.
    /// - Throws: `ModelError.textTooLong` with `LongText.error`, `.notFinite` when the weights are
    ///   damaged.
    public func encode(
        _ texts: [String], role: Role, longText: LongText = .window
    ) throws -> [SentenceEmbedding] {
        try encode(texts, role: role, longText: longText, on: pool, isCancelled: { false })
    }

    /// The same for callers that share the processors among their own threads: with `alone`, all
    /// work stays on the calling thread.
    package func encode(
        _ texts: [String], role: Role, longText: LongText, alone: Bool
    ) throws -> [SentenceEmbedding] {
        try encode(
            texts, role: role, longText: longText, on: alone ? Self.ownThread : pool,
            isCancelled: { false })
    }

    private static let ownThread = ComputePool(threads: 1)

    /// Encodes texts on a thread of its own; cancelling the task ends the work at the next batch.
    ///
    /// A call with hundreds of texts keeps all processors busy; to show progress, call with slices
    /// of 100 texts or more.
    ///
    /// - Throws: as the synchronous form, and `CancellationError`.
    public func encode(
        _ texts: [String], role: Role, longText: LongText = .window
    ) async throws -> [SentenceEmbedding] {
        let cancelled = AtomicFlag()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                Self.queue.async {
                    continuation.resume(
                        with: Result {
                            try self.encode(
                                texts, role: role, longText: longText, on: self.pool,
                                isCancelled: { cancelled.isSet })
                        })
                }
            }
        } onCancel: {
            cancelled.set()
        }
    }

    func encode(
        _ texts: [String], role: Role, longText: LongText, on pool: ComputePool,
        isCancelled: @escaping @Sendable () -> Bool
    ) throws -> [SentenceEmbedding] {
        let preparer = TextPreparer(
            tokenizer: tokenizer, prompts: folder.prompts, textContract: folder.textContract,
            maxTokens: maxTokens)
        let prepared = try pool.map(count: texts.count) { index in
            if isCancelled() { throw CancellationError() }
            return try preparer.prepare(texts[index], role: role, longText: longText, index: index)
        }
        let windows = prepared.flatMap { text in
            text.windows.map { Window(ids: $0, promptTokens: text.promptTokens) }
        }
        let vectors = try engine.vectors(of: windows, on: pool, isCancelled: isCancelled)
        var next = 0
        return try prepared.enumerated().map { index, text in
            let own = Array(vectors[next..<next + text.windows.count])
            next += text.windows.count
            return SentenceEmbedding(
                vector: try finish(own, weights: text.weights, text: text, index: index),
                tokens: text.tokens, kept: text.kept, windows: text.windows.count)
        }
    }

    /// Joins the windows of a text and normalises.
    private func finish(
        _ vectors: [[Float]], weights: [Int], text: PreparedText, index: Int
    ) throws -> [Float] {
        var vector = vectors[0]
        if vectors.count > 1 {
            vector = VectorMath.weightedMean(of: vectors, weights: weights.map(Float.init))
        }
        guard VectorMath.isFinite(vector) else {
            throw ModelError.notFinite(index: index, cause: diagnose(text))
        }
        vector.removeLast(vector.count - dimensions)
        guard options.normalizes else { return vector }
        let length = VectorMath.normalize(&vector)
        guard length.isFinite, length >= Self.lengthMin else {
            throw ModelError.notFinite(
                index: index,
                cause: "its length, \(length), cannot be scaled to 1; "
                    + "the weights of this model are damaged, fetch them again")
        }
        return vector
    }

    /// Shorter vectors are nothing but noise; `VectorMath.normalize` does not bring them to 1.
    private static let lengthMin: Float = 1e-12

    /// The damaged row of an embedding table that made `text` not finite, or the best guess.
    private func diagnose(_ text: PreparedText) -> String {
        for id in text.windows.joined() where !engine.isFinite(word: Int(id)) {
            return
                "row \(id) of embeddings.word_embeddings.weight holds a number that is not finite; "
                + "the weight file is damaged, fetch it again"
        }
        return "the activations left the range of f32; the weights of this model are damaged, "
            + "fetch them again"
    }

    private static let queue = DispatchQueue(
        label: "ajan-embed.encode", qos: .userInitiated, attributes: .concurrent)
}
