import AjanEmbed
import AjanEvaluation
import ArgumentParser
import Foundation

/// `ajan eval`: scores with intervals.
struct EvalCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "eval",
        abstract: "Measure a model, a word baseline, or both together, with error bars.",
        discussion: """
            Data sets are found under AJAN_DATA (default ../shared) and Samples/; --data names another \
            folder, and any name for --task makes a task of a folder of your own. Without --task, every \
            task whose data is there is run. Each run is written below --output, with a copy that mteb \
            reads, for `ajan compare` and `ajan report`.

            ajan eval --task TurHistQuadRetrieval STS17
            ajan eval --task sss-tr --robustness --json
            ajan eval --task my-faq --data ./my-faq --system rrf --terms first-five
            """)

    @OptionGroup var modelOptions: ModelOptions
    @OptionGroup var systemOptions: EvaluatedSystemOptions

    @Option(
        name: .shortAndLong, parsing: .upToNextOption,
        help: "Tasks: names from the catalogue, or a name of your own with --data.")
    var task: [String] = []

    @Option(help: ArgumentHelp("Where the data of the task lies.", valueName: "dir"))
    var data: String?

    @Flag(help: "Also ask the queries as people really type them.")
    var robustness = false

    @Option(help: ArgumentHelp("Name of the run in reports. Default: model and settings."))
    var name: String?

    @Option(name: .shortAndLong, help: ArgumentHelp("Folder for run files.", valueName: "dir"))
    var output = "runs"

    @Option(help: "Resamples behind each interval and test.")
    var replicates = Bootstrap.defaultReplicates

    @Option(help: "Seed of the resamples.")
    var seed = Bootstrap.defaultSeed

    @Flag(inversion: .prefixedNo, help: "Keep embeddings on disk between runs.")
    var cache = true

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        guard (100...1_000_000).contains(replicates) else {
            throw ValidationError("--replicates is \(replicates); it must be 100 to 1000000.")
        }
        guard data == nil || task.count == 1 else {
            throw ValidationError("--data belongs to one task: name it with --task.")
        }
    }

    func run() throws {
        let session = EvaluationSession(
            plan: systemOptions.plan, taskNames: task,
            data: data.map { URL(fileURLWithPath: $0, isDirectory: true) },
            robustness: robustness, name: name)
        let tasks = try session.locate()
        let model = try systemOptions.plan.kind.needsModel ? modelOptions.open() : nil
        let info = try model.map { _ in try ModelInfo(ModelCatalog.locate(modelOptions.model)) }
        var resampling = EvaluationRun.Resampling()
        resampling.replicates = replicates
        resampling.seed = seed
        let progress = EvaluationProgress()
        let run = try session.run(
            tasks, model: model, info: info, resampling: resampling,
            cache: cache ? ModelCatalog.folder.deletingLastPathComponent() : nil,
            report: progress.show)
        progress.finish()
        let files = try session.write(run, below: URL(fileURLWithPath: output, isDirectory: true))
        let summary = RunSummary(run)
        Terminal.write(try json ? JSONText.encode(summary) : summary.text)
        Terminal.write("run file: \(files.run.relativePath)", to: .error)
    }
}

/// Which system `ajan eval` measures.
struct EvaluatedSystemOptions: ParsableArguments {
    @Option(help: "dense: the model; bm25: words alone; rrf, sum: both, fused.")
    var system: SystemPlan.Kind = .dense

    @Option(help: "The words of bm25, rrf and sum.")
    var terms: LexicalTerms = .firstFive

    @Option(help: "What to do with texts beyond the model's length.")
    var longText: LongText = .window

    @Flag(inversion: .prefixedNo, help: "Put the model's prompts in front of texts.")
    var prompts = true

    var plan: SystemPlan {
        SystemPlan(kind: system, longText: longText, usesPrompts: prompts, terms: terms)
    }
}

extension SystemPlan.Kind: ExpressibleByArgument {}
extension LexicalTerms: ExpressibleByArgument {}
