import AjanEvaluation
import ArgumentParser
import Foundation

/// `ajan compare`: whether two runs differ.
struct CompareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Tell whether two runs differ: paired differences, intervals, tests.",
        discussion: """
            Both runs must have asked the same queries of the same data. Differences are A minus B, with \
            95% intervals from the paired bootstrap and p-values from the paired permutation test, \
            corrected over the tasks of the table (Holm).

            ajan compare runs/multilingual-e5-small.json runs/bm25-first-five.json
            """)

    @Argument(help: "Run file A, written by `ajan eval`.")
    var runA: String

    @Argument(help: "Run file B.")
    var runB: String

    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
        let comparison = try RunComparison(
            EvaluationRun(contentsOf: URL(fileURLWithPath: runA)),
            EvaluationRun(contentsOf: URL(fileURLWithPath: runB)))
        Terminal.write(try json ? JSONText.encode(comparison) : comparison.text)
    }
}
