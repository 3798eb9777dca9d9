import AjanCompute
import AjanCorpus
import ArgumentParser
import Foundation

/// `ajan corpus build`: a recipe becomes a snapshot.
struct CorpusBuildCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "build",
        abstract: "Build the snapshot that a recipe describes.",
        discussion: """
            Killed, it goes on where it was. On many machines, prepare in parts and merge once:

            ajan corpus build recipe.yaml --out snap
            ajan corpus build recipe.yaml --out snap --stage prepare --part 3/16
            ajan corpus build recipe.yaml --out snap --stage merge
            """)

    enum Stage: String, CaseIterable, ExpressibleByArgument {
        case all
        case prepare
        case merge
    }

    @Argument(help: "The recipe (YAML; docs/DATA.md).")
    var recipe: String

    @Option(name: .shortAndLong, help: "Folder of the snapshot; work in progress lies beside it.")
    var out: String

    @Option(help: "What to do: all, prepare (read and filter), merge (deduplicate and write).")
    var stage: Stage = .all

    @Option(help: "With --stage prepare: which part of how many, as 3/16.")
    var part: String?

    @Option(
        help: """
            Threads at most; the result does not depend on them. Default: what affinity and the \
            container's quota allow.
            """)
    var threads: Int?

    @Flag(help: "Print the manifest as JSON.")
    var json = false

    func validate() throws {
        if part != nil, stage != .prepare {
            throw ValidationError("--part goes with --stage prepare.")
        }
        guard threads ?? 1 > 0 else { throw ValidationError("--threads must be at least 1.") }
        _ = try partNumbers()
    }

    func run() throws {
        let recipe = try CorpusRecipe(file: URL(fileURLWithPath: recipe))
        var build = try CorpusBuild(
            recipe: recipe, out: URL(fileURLWithPath: out),
            threads: ThreadBudget.detect(requested: threads).threads)
        let progress = CorpusProgress()
        build.progress = { progress.show($0, byteCount: $1) }
        defer { progress.finish() }
        switch stage {
        case .all: try report(build.run())
        case .merge: try report(build.merge())
        case .prepare:
            let (part, parts) = try partNumbers()
            try build.prepare(part: part, of: parts)
        }
    }

    private func report(_ snapshot: CorpusSnapshot) throws {
        guard !json else { return Terminal.write(try JSONText.encode(snapshot.manifest)) }
        Terminal.write(
            "\(out): \(snapshot.count) records in \(snapshot.manifest.shards.count) shards, "
                + "manifest \(snapshot.manifestHash)")
    }

    /// `3/16` as numbers; 1/1 when nothing is said.
    private func partNumbers() throws -> (Int, Int) {
        guard let part else { return (1, 1) }
        let numbers = part.split(separator: "/").map { Int($0) }
        guard numbers.count == 2, let own = numbers[0], let all = numbers[1], all > 0,
            (1...all).contains(own)
        else { throw ValidationError("--part is a number and a total, as 3/16.") }
        return (own, all)
    }
}

/// Shows what a build does, on standard error while somebody watches.
final class CorpusProgress {
    private var bar = ProgressBar(total: nil, unit: "MB read")
    private var byteCount = 0
    private var step = ""

    func show(_ step: String, byteCount: Int) {
        self.byteCount += byteCount
        if byteCount == 0, step != self.step {
            bar.finish()
            if Terminal.isInteractive(.error) { Terminal.write(step, to: .error) }
        }
        self.step = step
        bar.update(self.byteCount / 1_000_000)
    }

    func finish() { bar.finish() }
}
