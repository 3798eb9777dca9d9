import AjanEmbed
import AjanHub
import ArgumentParser
import Foundation
import Synchronization

/// `ajan pull`: models and data from a hub into the cache.
struct PullCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pull",
        abstract: "Fetch a model or a data set from Hugging Face or a mirror of it.",
        discussion: """
            Goes on where an earlier pull stopped, checks every file, and shows a folder only when it \
            is whole. --model ORG/NAME then works in every command. HF_TOKEN opens private \
            repositories, HF_ENDPOINT names a mirror, AJAN_OFFLINE=1 keeps the network untouched.

            ajan pull fredoline005/ajan-embed-q
            ajan pull intfloat/multilingual-e5-base@main --exclude "onnx/*"
            ajan pull mteb/TurHistQuadRetrieval --data
            """)

    @Argument(help: "ORG/NAME, or ORG/NAME@REVISION for a branch, a tag or a commit.")
    var repository: String

    @Flag(help: "The repository is a data set.")
    var data = false

    @Option(help: "Take only files that match, * standing for anything. May be repeated.")
    var include: [String] = []

    @Option(help: "Leave out files that match. May be repeated.")
    var exclude: [String] = []

    @Flag(help: "Take every file, other programs' formats too.")
    var all = false

    @Option(help: "Files that are fetched at the same time.")
    var jobs = 4

    @Option(help: "Gigabytes at most.")
    var maxGigabytes = 64

    @Flag(help: "Do not use the network; fail when the cache does not hold it.")
    var offline = false

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        guard (1...32).contains(jobs) else {
            throw ValidationError("--jobs is \(jobs); it must be 1 to 32.")
        }
        guard (1...100_000).contains(maxGigabytes) else {
            throw ValidationError("--max-gigabytes is \(maxGigabytes); it must be 1 to 100000.")
        }
    }

    func run() async throws {
        var settings = try HubSettings(environment: ProcessInfo.processInfo.environment)
        settings.isOffline = settings.isOffline || offline
        settings.parallelFiles = jobs
        settings.byteCountMax = maxGigabytes << 30
        var pull = RepositoryPull(
            try RepositoryID(repository, kind: data ? .data : .model), settings: settings,
            cache: ModelCatalog.folder.deletingLastPathComponent())
        pull.selection.include = include
        pull.selection.exclude = exclude
        pull.selection.takesAll = all
        let bar = SharedProgressBar(unit: "bytes")
        pull.progress = { bar.update($0, of: $1) }
        let report = try await pull.run()
        bar.finish()
        Terminal.write(try json ? JSONText.encode(report) : sentence(report))
    }

    private func sentence(_ report: PullReport) -> String {
        let size = String(format: "%.1f MB", Double(report.byteCount) / 1e6)
        return report.fetched
            ? "\(report.folder): \(report.files) files, \(size), commit \(report.commit.prefix(12))"
            : "\(report.folder): up to date, commit \(report.commit.prefix(12))"
    }
}

/// A progress bar that several tasks report to.
private final class SharedProgressBar: Sendable {
    private let bar = Mutex<ProgressBar?>(nil)
    private let unit: String

    init(unit: String) {
        self.unit = unit
    }

    func update(_ done: Int, of total: Int) {
        bar.withLock { bar in
            if bar == nil { bar = ProgressBar(total: total, unit: unit) }
            bar?.update(done)
        }
    }

    func finish() {
        bar.withLock { $0?.finish() }
    }
}
