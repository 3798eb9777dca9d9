import Synchronization

/// Tokens per second of the recent past: tells refused clients when to come back.
final class Throughput: Sendable {
    private let tokensPerSecond = Mutex<Double?>(nil)
    /// Share of the newest pass in the running mean.
    private static let newestShare = 0.2
    private static let retryAfterMax = 60.0

    func note(tokens: Int, in duration: Duration) {
        let seconds = duration / .seconds(1)
        guard tokens > 0, seconds > 0 else { return }
        let newest = Double(tokens) / seconds
        tokensPerSecond.withLock { known in
            known = known.map { $0 + Self.newestShare * (newest - $0) } ?? newest
        }
    }

    /// Whole seconds, at least 1, until `tokens` should be through.
    func seconds(for tokens: Int) -> Int {
        guard let rate = tokensPerSecond.withLock({ $0 }) else { return 1 }
        return Int(max(1, min(Self.retryAfterMax, (Double(tokens) / rate).rounded(.up))))
    }
}
