import ArgumentParser

/// `ajan corpus`: everything between raw text and a pinned training corpus.
struct CorpusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "corpus",
        abstract: "Read, clean, scrub, deduplicate and pin a training corpus.",
        discussion: """
            ajan corpus build recipes/corpus-sample.yaml --out /tmp/ornek
            ajan corpus verify /tmp/ornek
            ajan corpus sample /tmp/ornek --count 5
            """,
        subcommands: [
            CorpusBuildCommand.self, CorpusVerifyCommand.self, CorpusStatsCommand.self,
            CorpusSampleCommand.self, CorpusDuplicatesCommand.self, CorpusSplitCommand.self,
            CorpusLanguageCommand.self, CorpusScrubCommand.self,
        ])
}
