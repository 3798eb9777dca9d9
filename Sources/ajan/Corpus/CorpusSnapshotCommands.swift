import AjanCompute
import AjanCorpus
import ArgumentParser
import Foundation

/// `ajan corpus verify`: every byte against the manifest.
struct CorpusVerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Check every shard of a snapshot against its manifest.")

    @Argument(help: "The snapshot.")
    var snapshot: String

    func run() throws {
        let snapshot = try CorpusSnapshot(at: URL(fileURLWithPath: self.snapshot))
        let pool = ComputePool(threads: ThreadBudget.detect().threads)
        let problems = try snapshot.problems(pool: pool)
        for problem in problems { Terminal.write("ajan: \(problem)", to: .error) }
        guard problems.isEmpty else { throw ExitCode(1) }
        Terminal.write(
            "\(self.snapshot): sound; \(snapshot.count) records, manifest \(snapshot.manifestHash)")
    }
}

/// `ajan corpus stats`: what a snapshot holds and what was dropped.
struct CorpusStatsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stats", abstract: "Print the counts of a snapshot, stage by stage.")

    @Argument(help: "The snapshot.")
    var snapshot: String

    @Flag(help: "Print the manifest as JSON.")
    var json = false

    func run() throws {
        let snapshot = try CorpusSnapshot(at: URL(fileURLWithPath: self.snapshot))
        let manifest = snapshot.manifest
        guard !json else { return Terminal.write(try JSONText.encode(manifest)) }
        Terminal.write(
            "\(manifest.name): \(manifest.records) records (\(manifest.unit)), manifest "
                + snapshot.manifestHash)
        for stage in manifest.stages {
            let reasons = stage.reasons.sorted { $0.key < $1.key }
                .map { "\($0.key) \($0.value)" }.joined(separator: ", ")
            Terminal.write(
                "  \(stage.name): \(stage.taken) -> \(stage.given) \(stage.unit)"
                    + (reasons.isEmpty ? "" : " (\(reasons))"))
        }
    }
}

/// `ajan corpus sample`: a few records.
struct CorpusSampleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sample",
        abstract: "Print records of a snapshot, evenly spread, as JSON lines.")

    @Argument(help: "The snapshot.")
    var snapshot: String

    @Option(help: "How many.")
    var count = 10

    func validate() throws {
        guard count > 0 else { throw ValidationError("--count must be at least 1.") }
    }

    func run() throws {
        let snapshot = try CorpusSnapshot(at: URL(fileURLWithPath: self.snapshot))
        let wanted = min(count, snapshot.count)
        let numbers = Set(
            (0..<wanted).map { index in
                let product = (index * 2 + 1).multipliedFullWidth(by: snapshot.count)
                return (2 * wanted).dividingFullWidth(product).quotient
            })
        try snapshot.forEachRecord { number, record in
            guard numbers.contains(number) else { return }
            Terminal.write(try JSONText.encode(record, pretty: false))
        }
    }
}
