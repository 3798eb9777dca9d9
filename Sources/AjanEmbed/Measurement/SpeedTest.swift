import AjanCompute

/// Measures how fast a model works on texts, in this process, on this machine.
///
/// Everything is run once before it is measured. Rounds repeat the same work; the median says what
/// to expect, the best round what the machine can do when nobody disturbs it.
public struct SpeedTest: Sendable {
    /// Seconds of one kind of work, round by round, and the tokens of one round.
    public struct Rate: Sendable, Codable, Equatable {
        /// Tokens of one round, special ones included.
        public let tokens: Int
        /// Seconds of each round, in order.
        public let seconds: [Double]

        /// Tokens per second of the median round.
        public var tokensPerSecond: Double { Double(tokens) / SpeedTest.quantile(seconds, 0.5) }
        /// Tokens per second of the fastest round.
        public var tokensPerSecondMax: Double { Double(tokens) / (seconds.min() ?? .infinity) }
    }

    /// What came out.
    public struct Result: Sendable, Codable, Equatable {
        /// Texts of one round.
        public let texts: Int
        /// Threads that the encoder uses.
        public let threads: Int
        /// Text to token ids, on one thread.
        public let tokenizing: Rate
        /// Text to vectors, all texts in one call.
        public let encoding: Rate
        /// Milliseconds from text to vector, one text at a time.
        public let latencyMilliseconds: Latency
        /// Changes when any vector changes; the same on every machine only for the same kernels.
        public let checksum: String
    }

    /// Quantiles over single texts.
    public struct Latency: Sendable, Codable, Equatable {
        /// Half of the texts took no longer.
        public let median: Double
        /// 95 of a hundred texts took no longer.
        public let p95: Double
    }

    let model: SentenceEncoder
    let role: Role

    /// A test of `model` on texts of `role`.
    public init(_ model: SentenceEncoder, role: Role) {
        self.model = model
        self.role = role
    }

    /// Measures `texts`, which are at least one, in `rounds` rounds.
    ///
    /// - Parameter latencyTexts: texts that are also timed one by one; the first ones are taken.
    /// - Throws: as `SentenceEncoder.encode`.
    public func run(_ texts: [String], rounds: Int, latencyTexts: Int = 100) throws -> Result {
        precondition(!texts.isEmpty && rounds > 0 && latencyTexts > 0, "nothing to measure")
        let embeddings = try model.encode(texts, role: role)
        let tokens = embeddings.reduce(0) { $0 + $1.tokens }
        let encoding = Rate(
            tokens: tokens,
            seconds: try (0..<rounds).map { _ in
                try Self.seconds { _ = try model.encode(texts, role: role) }
            })
        let single = try texts.prefix(latencyTexts).map { text in
            try Self.seconds { _ = try model.encode([text], role: role) } * 1_000
        }
        return Result(
            texts: texts.count, threads: model.threads,
            tokenizing: Self.tokenizing(
                texts, role: role, tokenizer: model.textTokenizer, rounds: rounds),
            encoding: encoding,
            latencyMilliseconds: Latency(
                median: Self.quantile(single, 0.5), p95: Self.quantile(single, 0.95)),
            checksum: Self.checksum(embeddings))
    }

    /// Measures text to token ids on the calling thread.
    public static func tokenizing(
        _ texts: [String], role: Role, tokenizer: TextTokenizer, rounds: Int
    ) -> Rate {
        let tokens = texts.reduce(0) { $0 + tokenizer.ids(of: $1, role: role).count }
        return Rate(
            tokens: tokens,
            seconds: (0..<rounds).map { _ in
                seconds { for text in texts { _ = tokenizer.ids(of: text, role: role) } }
            })
    }

    private static func seconds(_ body: () throws -> Void) rethrows -> Double {
        let duration = try ContinuousClock().measure(body)
        let (seconds, attoseconds) = duration.components
        return Double(seconds) + Double(attoseconds) * 1e-18
    }

    /// The value below which a share of `values` lies, by nearest rank.
    static func quantile(_ values: [Double], _ share: Double) -> Double {
        let sorted = values.sorted()
        guard !sorted.isEmpty else { return .nan }
        let rank = Int((Double(sorted.count) * share).rounded(.up)) - 1
        return sorted[min(max(rank, 0), sorted.count - 1)]
    }

    private static func checksum(_ embeddings: [SentenceEmbedding]) -> String {
        let numbers = RegionArray(embeddings.flatMap(\.vector))
        let hash = unsafe numbers.region.withBytes { bytes in unsafe ContentHash.of(bytes) }
        return String(hash, radix: 16)
    }
}
