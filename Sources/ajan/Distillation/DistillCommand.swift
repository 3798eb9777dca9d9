import AjanDistillation
import AjanEmbed
import AjanEvaluation
import ArgumentParser
import Foundation

/// `ajan distill`: a student out of a teacher, by one recipe.
struct DistillCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "distill",
        abstract: "Train a student to give a teacher's vectors, as a recipe says.",
        discussion: """
            Stages: check, cache (the teacher reads the corpus once), train, evaluate, export. Each \
            goes on where it was: press Ctrl-C or kill it at any moment, and run the same command \
            again. Several processes may run --through cache on one recipe and share the work.

            ajan distill recipes/quick.yaml --through check
            ajan distill recipes/quick.yaml
            ajan distill my-recipe.yaml --output runs/second --threads 8
            mpirun -n 4 ajan distill my-recipe.yaml        (built with --traits MPI)

            The run's folder holds report.html (curves), log.jsonl, checkpoints and the finished model. \
            docs/DISTILLATION.md explains recipes.
            """)

    @Argument(help: ArgumentHelp("The recipe, a YAML file.", valueName: "recipe.yaml"))
    var recipe: String

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "The run's folder. Default: runs/<name of the recipe>.", valueName: "dir"))
    var output: String?

    @Option(help: "The last stage: check, cache, train, evaluate or export.")
    var through: DistillationStage = .export

    @Option(
        help: """
            What computes the teacher, the steps and the evaluation: cpu, cuda, or auto: a CUDA \
            device when there is one.
            """)
    var device: SentenceEncoder.Device = .auto

    @Option(help: "Threads at most. Default: what affinity and the container's quota allow.")
    var threads: Int?

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        if let threads, threads < 1 {
            throw ValidationError("--threads is \(threads); it must be at least 1.")
        }
    }

    func run() throws {
        let file = try RecipeFile(URL(fileURLWithPath: recipe))
        let checked = try CheckedRecipe(file)
        let folder = URL(
            fileURLWithPath: output ?? "runs/\(file.recipe.name)", isDirectory: true)
        let progress = DistillationProgress()
        let interrupt = Interrupt()
        let ranks = try RankDetection.ranks()
        let choice = try DeviceChoice(device, rank: RankDetection.localRank())
            .checked(device, for: checked.teacher)
        if ranks.rank == 0, device != .cpu {
            Terminal.write("device: \(choice.explanation)", to: .error)
        }
        let run = DistillationRun(
            checked, output: folder, threads: threads, device: choice, ranks: ranks,
            report: progress.show,
            isCancelled: { interrupt.isRequested })
        do {
            let result = try run.run(through: through)
            progress.finish()
            guard ranks.rank == 0 else { return }
            Terminal.write(try json ? JSONText.encode(Summary(result)) : Summary(result).text)
        } catch is CancellationError {
            progress.finish()
            Terminal.write(
                "ajan: stopped; everything is saved, run the same command to go on", to: .error)
            throw ExitCode(130)
        } catch {
            Terminal.write("ajan: \(ErrorText.line(for: error))", to: .error)
            RankDetection.endJob(ranks)
            throw ExitCode(1)
        }
    }

    /// What a run came to, for a terminal and for programs.
    private struct Summary: Encodable {
        let folder: String
        let report: String
        let models: [String]
        let first: StudentMeasurement?
        let best: StudentMeasurement?
        let evaluation: EvaluationResult?

        init(_ result: DistillationRun.Result) {
            folder = result.folder.url.relativePath
            report = result.folder.report.relativePath
            models = result.models.map(\.relativePath)
            first = result.first
            best = result.best
            evaluation = result.evaluation
        }

        var text: String {
            var lines: [String] = []
            if let first, let best {
                lines.append(
                    "cosine to the teacher on held-out texts: "
                        + String(format: "%.4f -> %.4f", first.heldOutCosine, best.heldOutCosine)
                        + " (step \(best.step))")
            }
            for task in evaluation?.tasks ?? [] {
                let scores = zip(evaluation?.systems ?? [], task.scores).map {
                    "\($0.note) " + String(format: "%.3f", $1.value)
                }
                let gain = task.overAblation
                lines.append(
                    "\(task.task): \(scores.joined(separator: ", ")); over the undistilled student "
                        + String(
                            format: "%+.3f (%+.3f to %+.3f)", gain.difference, gain.interval.low,
                            gain.interval.high))
            }
            lines += models.map { "model: \($0)" }
            lines.append("run: \(folder)")
            return lines.joined(separator: "\n")
        }
    }
}

extension DistillationStage: ExpressibleByArgument {}
