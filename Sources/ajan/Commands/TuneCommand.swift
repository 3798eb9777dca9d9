import AjanCompute
import AjanEvaluation
import AjanRetrieval
import ArgumentParser
import Foundation

/// `ajan tune`: fits an index to questions with known answers.
struct TuneCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tune",
        abstract: "Choose how an index is searched, by questions whose answers are known.",
        discussion: """
            A line of the questions: {"question": "kargom nerede?", "relevant": ["kargo-01"]} \
            An answer is named by the id of a record, the end of a file's path, or file#id. A question \
            with an empty list is one that the documents do not answer. A folder in the form of BEIR \
            (queries.jsonl, qrels/test.tsv) is read too.

            Another way to search replaces the present one only when a paired test says that it is \
            better beyond chance. Scores then come with their chance of being right.

            ajan tune my.index questions.jsonl
            ajan tune my.index Samples/sss-tr --passage-tokens 64 128 --dry-run
            ajan tune my.index questions.jsonl --abstain 0.3
            """)

    @OptionGroup var modelOptions: IndexModelOptions

    @Argument(help: "The index.")
    var index: String

    @Argument(help: "Questions: a JSONL file or a folder.")
    var questions: String

    @Option(
        parsing: .upToNextOption,
        help: "Passage sizes to compare with the index's own; each embeds all documents once.")
    var passageTokens: [Int] = []

    @Option(
        help: ArgumentHelp(
            "Give no answer below this chance; 'auto' fits it to the questions without answers.",
            valueName: "chance|auto"))
    var abstain: String?

    @Flag(help: "Measure only; leave the index as it is.")
    var dryRun = false

    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
        let directory = IndexDirectory(URL(fileURLWithPath: index))
        let asked = try TuningQuestions(URL(fileURLWithPath: questions))
        var tuner = IndexTuner(directory, embedder: try modelOptions.open(for: directory))
        var bar = ProgressBar(total: nil, unit: "questions asked")
        tuner.progress = { bar.update($0) }
        let report = try tuner.tune(
            asked, passageTokens: passageTokens, abstention: abstention())
        bar.finish()
        if !dryRun { try IndexWriter.store(report.profile, in: directory) }
        Terminal.write(try json ? JSONText.encode(report) : text(of: report))
    }

    private func abstention() throws -> IndexTuner.Abstention {
        guard let abstain else { return .never }
        if abstain == "auto" { return .fitted }
        guard let chance = Double(abstain), (0...1).contains(chance) else {
            throw ValidationError(
                "--abstain is \(quoted: abstain); write a chance from 0 to 1, or auto.")
        }
        return .below(chance)
    }

    private func text(of report: TuningReport) -> String {
        var lines = table(report.retrievers)
        if !report.passageSizes.isEmpty { lines += [""] + table(report.passageSizes) }
        lines += [""] + report.verdict
        if let brier = report.brierScore {
            lines.append(String(format: "Chances of being right: Brier score %.3f.", brier))
        }
        if let abstention = report.abstention {
            let declined = abstention.declined.map {
                String(format: ", declines %.0f%% of those without", $0 * 100)
            }
            lines.append(
                String(
                    format: "No answer below a chance of %.2f: answers %.0f%% of the questions "
                        + "that have one", abstention.threshold, abstention.answered * 100)
                    + (declined ?? "") + ".")
        }
        lines.append(
            dryRun ? "Nothing was changed." : "\(index) is searched like this from now on.")
        return lines.joined(separator: "\n")
    }

    private func table(_ candidates: [TuningReport.Candidate]) -> [String] {
        let width = (candidates.map(\.name.count).max() ?? 0) + 2
        let head =
            "nDCG@10".padded(to: width) + "score   95% interval     difference   p (corrected)"
        return [head]
            + candidates.map { candidate in
                let score = String(
                    format: "%.4f  %.4f to %.4f", candidate.score, candidate.interval.low,
                    candidate.interval.high)
                guard let comparison = candidate.comparison else {
                    return candidate.name.padded(to: width) + score
                }
                return candidate.name.padded(to: width) + score
                    + String(
                        format: "  %+.4f      %.4f", comparison.difference,
                        candidate.adjustedP ?? 1)
            }
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }
}
