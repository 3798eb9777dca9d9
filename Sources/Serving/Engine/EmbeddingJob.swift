package import AjanEmbed
import Foundation
import Synchronization

/// Texts that belong together: one request, embedded in one or several passes.
package struct EmbeddingRequest: Sendable {
    package let texts: [String]
    package let role: Role
    package var longText: LongText = .window

    package init(_ texts: [String], role: Role, longText: LongText = .window) {
        self.texts = texts
        self.role = role
        self.longText = longText
    }
}

/// A request on its way through the engine. The queue hands out its texts in slices; when the last
/// slice is done, or the first has failed, it replies once.
final class EmbeddingJob: Sendable {
    typealias Reply = @Sendable (Result<[SentenceEmbedding], any Error>) -> Void

    let request: EmbeddingRequest
    /// Tokens of each text, guessed from its bytes; decides only what shares a pass.
    let tokenGuesses: [Int]
    let arrival = ContinuousClock.now
    private let isAbandonedByClient: @Sendable () -> Bool
    private let state: Mutex<State>

    private struct State {
        var results: [SentenceEmbedding?]
        var missing: Int
        /// Nil once the reply has been given.
        var reply: Reply?
    }

    /// - Parameters:
    ///   - isAbandoned: whether nobody waits for the reply any more.
    ///   - reply: called exactly once, from any thread.
    init(
        _ request: EmbeddingRequest, isAbandoned: @escaping @Sendable () -> Bool,
        reply: @escaping Reply
    ) {
        self.request = request
        isAbandonedByClient = isAbandoned
        tokenGuesses = request.texts.map(Self.guessTokens)
        state = Mutex(
            State(
                results: Array(repeating: nil, count: request.texts.count),
                missing: request.texts.count, reply: reply))
    }

    /// Turkish text has about four bytes to a token of XLM-R; prompt and special tokens come on
    /// top.
    private static func guessTokens(of text: String) -> Int { text.utf8.count / 4 + 6 }

    /// No text has more tokens than bytes, prompt and special tokens apart.
    var tokensMax: Int { request.texts.reduce(0) { $0 + $1.utf8.count + 32 } }

    /// Whether computing it would be in vain: nobody waits, or it has failed already.
    var isFinished: Bool { state.withLock { $0.reply == nil } || isAbandonedByClient() }

    /// Takes the embeddings of the texts from `start` on.
    func accept(_ embeddings: some Sequence<SentenceEmbedding>, from start: Int) {
        let finished: (Reply, [SentenceEmbedding])? = state.withLock { state in
            for (offset, embedding) in embeddings.enumerated() {
                state.results[start + offset] = embedding
                state.missing -= 1
            }
            guard state.missing == 0, let reply = state.reply else { return nil }
            state.reply = nil
            return (reply, state.results.compactMap { $0 })
        }
        if let (reply, results) = finished { reply(.success(results)) }
    }

    /// Ends the job without a result.
    func fail(_ error: any Error) {
        let reply = state.withLock { state in
            defer { state.reply = nil }
            return state.reply
        }
        reply?(.failure(error))
    }
}
