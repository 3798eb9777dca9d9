import AjanEmbed
import ArgumentParser
import Foundation

/// `ajan bench`: how fast a model works on this machine.
struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measure speed on this machine: tokenizer, throughput, latency of one text.",
        discussion: """
            Texts come as for `ajan embed`. Each round encodes all of them; the median round counts. \
            Leave the machine alone meanwhile, and use texts like those that you will have.

            ajan bench --role query "kargom ne zaman gelir?" "iade süresi kaç gün?"
            ajan bench --file passages.txt --threads 1 --rounds 9 --json
            """)

    @OptionGroup var modelOptions: ModelOptions

    @OptionGroup var input: InputOptions

    @Option(help: "What the texts are for; decides the prompt in front of them.")
    var role: Role = .passage

    @Option(help: "Rounds to measure.")
    var rounds = 5

    @Option(help: "Texts that are also timed one by one.")
    var latencyTexts = 100

    @Flag(help: "Measure the tokenizer and nothing else.")
    var tokenizerOnly = false

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        guard (1...10_000).contains(rounds) else {
            throw ValidationError("--rounds is \(rounds); it must be 1 to 10000.")
        }
        guard latencyTexts >= 1 else {
            throw ValidationError("--latency-texts is \(latencyTexts); it must be at least 1.")
        }
    }

    func run() throws {
        var texts: [String] = []
        try input.source.forEachChunk { texts += $0 }
        guard !texts.isEmpty else { throw ValidationError("There is no text to measure with.") }
        if tokenizerOnly {
            let tokenizer = try TextTokenizer(ModelCatalog.locate(modelOptions.model))
            let rate = SpeedTest.tokenizing(
                texts, role: role, tokenizer: tokenizer, rounds: rounds)
            Terminal.write(try json ? JSONText.encode(rate) : Self.text(of: rate))
            return
        }
        let model = try modelOptions.open()
        let result = try SpeedTest(model, role: role).run(
            texts, rounds: rounds, latencyTexts: latencyTexts)
        Terminal.write(
            try json ? JSONText.encode(result) : Self.table(of: result, computedBy: model))
    }

    private static func text(of rate: SpeedTest.Rate) -> String {
        "\(Int(rate.tokensPerSecond)) tokens/s (best round \(Int(rate.tokensPerSecondMax)))"
    }

    private static func table(
        of result: SpeedTest.Result, computedBy model: SentenceEncoder
    ) -> String {
        let latency = result.latencyMilliseconds
        let rows = [
            ("texts", "\(result.texts), \(result.encoding.tokens) tokens"),
            ("threads", "\(result.threads)"),
            ("computed by", "\(model.deviceExplanation), \(model.arithmetic)"),
            ("tokenizer", text(of: result.tokenizing) + " on one thread"),
            ("encoding", text(of: result.encoding)),
            (
                "one text",
                "\(latency.median.formatted(digits: 2)) ms median, "
                    + "\(latency.p95.formatted(digits: 2)) ms for 95 of 100"
            ),
            ("checksum", result.checksum),
        ]
        return rows.map { $0.0.rightPadded(to: 16) + $0.1 }.joined(separator: "\n")
    }
}
