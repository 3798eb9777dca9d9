import AjanEvaluation
import Foundation
import Testing

@Suite("Comparison of two runs")
struct ComparisonTests {
    @Test("word baselines: five letters beat whole words, and Holm counts the tasks")
    func retrieval() throws {
        let comparison = try RunComparison(
            SampleRuns.lexical(.firstFive), SampleRuns.lexical(.words))
        let row = try #require(comparison.tasks.first)
        #expect(row.task == "sss-tr" && row.isSignificant)
        #expect(row.difference.interval.low > 0 && row.difference.bootstrapPValue < 0.01)
        #expect(row.adjustedPValue == row.difference.pValue, "one task needs no correction")
        #expect(comparison.text.contains("sss-tr: A is better; 312 queries show differences"))
    }

    @Test("a run and itself: nothing differs, and the sentence says so")
    func itself() throws {
        let model = try SampleRuns.pairs("tiny", noise: "x")
        let comparison = try RunComparison(model, model)
        #expect(comparison.tasks.allSatisfy { $0.difference.difference == 0 && !$0.isSignificant })
        #expect(comparison.text.contains("40 pairs cannot separate these two"))
    }

    @Test("tasks of one run only are named, and runs without a common task refused")
    func leftOut() throws {
        let words = try SampleRuns.lexical(.words)
        let model = try SampleRuns.pairs("tiny", noise: "x")
        let error = try #require(throws: EvaluationError.self) { try RunComparison(words, model) }
        #expect(error.description.contains("share no task"))

        let both = EvaluationRun(
            system: model.system, tasks: words.tasks + model.tasks, robustness: [],
            resampling: words.resampling)
        #expect(try RunComparison(words, both).leftOut == ["STS17/en-tr", "STS17/en-de"])
    }

    @Test("one name, two data sets: refused")
    func otherData() throws {
        let error = try #require(throws: EvaluationError.self) {
            try RunComparison(
                SampleRuns.pairs("a", noise: "x"), SampleRuns.pairs("b", noise: "y"))
        }
        #expect(error.description.contains("read from other data"))
    }

    @Test("signs that a coin chooses are fair, sixty-four to a number")
    func coins() {
        var generator = SeededGenerator(seed: 11)
        let ones = [Double](repeating: 1, count: 100)
        let sums = (0..<20_000).map { _ in generator.signedSum(ones) }
        let mean = sums.reduce(0, +) / 20_000
        let variance = sums.reduce(0) { $0 + $1 * $1 } / 20_000
        #expect(abs(mean) < 0.3 && abs(variance - 100) < 5)
    }
}
