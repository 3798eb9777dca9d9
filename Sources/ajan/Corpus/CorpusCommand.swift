import ArgumentParser

/// `ajan corpus`: everything between raw text and a pinned training corpus.
struct CorpusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "corpus",
        abstract: "Read, clean, scrub, deduplicate and pin a training corpus.",
        subcommands: [CorpusScrubCommand.self])
}
