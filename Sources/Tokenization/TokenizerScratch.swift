import Synchronization

/// What a tokenizer writes while it works on one text, kept for the next.
struct TokenizerScratch {
    var segmentation = UnigramModel.Scratch()
    var words = WordCache()
    /// The word in hand, with its `▁`.
    var word: [UInt8] = []
}

/// Scratches that wait for their next text: one per thread that tokenizes at the same time.
final class TokenizerScratches: Sendable {
    private let idle = Mutex<[TokenizerScratch]>([])

    /// Runs `body` with a scratch that nobody else uses meanwhile.
    func with<Result>(_ body: (inout TokenizerScratch) -> Result) -> Result {
        var scratch = idle.withLock { $0.popLast() } ?? TokenizerScratch()
        let result = body(&scratch)
        scratch.segmentation.trim()
        idle.withLock { $0.append(scratch) }
        return result
    }
}
