import AjanEmbed
import AjanRetrieval
import AjanServing
import Foundation
import Logging
import Synchronization

/// A model for tests: hashed letter triples, exact bookkeeping of its calls, and faults on demand.
final class FakeModel: EmbeddingBackend, PassageEmbedder {
    static let poison = "zehir"

    let dimensions = 48
    let lanes: Int
    /// Texts of each call, in order.
    let calls = Mutex<[[String]]>([])
    /// While it is closed, calls wait.
    let gate = Gate()
    /// Calls that were told to stay on their thread.
    let lonely = Mutex(0)

    init(lanes: Int = 1) { self.lanes = lanes }

    func embed(_ texts: [String], role: Role, longText: LongText) throws -> [SentenceEmbedding] {
        try embed(texts, role: role, longText: longText, alone: false)
    }

    func embed(
        _ texts: [String], role: Role, longText: LongText, alone: Bool
    ) throws -> [SentenceEmbedding] {
        if alone { lonely.withLock { $0 += 1 } }
        gate.pass()
        calls.withLock { $0.append(texts) }
        return try texts.enumerated().map { index, text in
            let tokens = tokenCount(of: text, role: role)
            if longText == .error, tokens > 512 {
                throw ModelError.textTooLong(index: index, tokens: tokens, limit: 512)
            }
            return SentenceEmbedding(
                vector: Self.vector(role == .query ? "soru " + text : text, dimensions),
                tokens: tokens, kept: longText == .truncate ? min(tokens, 512) : tokens,
                windows: longText == .window ? max(1, tokens / 512) : 1)
        }
    }

    func tokenCount(of text: String, role: Role) -> Int { text.utf8.count / 4 + 2 }

    func tokenCount(of text: String) -> Int { text.utf8.count / 4 }

    func vectors(of texts: [String], role: Role) throws -> [[Float]] {
        texts.map { Self.vector($0, dimensions) }
    }

    func fingerprint() throws -> IndexFingerprint {
        IndexFingerprint(
            model: "sahte", modelSHA256: "00", dimensions: dimensions, queryPrompt: "",
            passagePrompt: "", longText: "window", maxTokens: 512, precision: "f32")
    }

    /// Not finite for a text that holds the poison.
    private static func vector(_ text: String, _ dimensions: Int) -> [Float] {
        if text.contains(poison) { return [Float](repeating: .nan, count: dimensions) }
        let bytes = Array(" \(text) ".utf8)
        var vector = [Float](repeating: 0.01, count: dimensions)
        for start in 0..<max(bytes.count - 2, 0) {
            let hash = bytes[start..<start + 3].reduce(UInt64(14_695_981_039_346_656_037)) {
                ($0 ^ UInt64($1)) &* 1_099_511_628_211
            }
            vector[Int(hash % UInt64(dimensions))] += 1
        }
        let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return vector.map { $0 / length }
    }
}

/// A gate that calls pass through, and that a test can close.
// SAFETY: everything that changes is guarded by `condition`.
final class Gate: @unchecked Sendable {
    private let condition = NSCondition()
    private var isOpen = true
    private var arrived = 0

    /// Calls that came so far, those that wait included.
    var arrivals: Int { condition.withLock { arrived } }

    func close() { condition.withLock { isOpen = false } }

    func open() {
        condition.withLock {
            isOpen = true
            condition.broadcast()
        }
    }

    func pass() {
        condition.withLock {
            arrived += 1
            while !isOpen { condition.wait() }
        }
    }
}

extension Logger {
    /// Writes nothing.
    static let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
}

extension EmbeddingEngine {
    static func fake(
        _ model: FakeModel, limits: Limits = Limits(), metrics: ServerMetrics = ServerMetrics()
    ) -> EmbeddingEngine {
        EmbeddingEngine(
            name: "sahte", backend: model, limits: limits, metrics: metrics, logger: .silent)
    }
}

/// Waits until `condition` holds, ten seconds at most.
func eventually(_ condition: () -> Bool) async throws -> Bool {
    for _ in 0..<1000 {
        if condition() { return true }
        try await Task.sleep(for: .milliseconds(10))
    }
    return false
}
