import AjanEvaluation
import Foundation
import TestSupport
import Testing

@Suite("Run files that nobody can have measured are refused")
struct RunFileTests {
    /// Reads the run file of `run` with the first `old` replaced by `new`.
    private func read(_ run: EvaluationRun, _ old: String = "", _ new: String = "") throws {
        try TemporaryFolder.with { folder in
            let file = folder.appendingPathComponent("run.json")
            try run.write(to: file)
            var text = try String(contentsOf: file, encoding: .utf8)
            if !old.isEmpty {
                let found = try #require(text.firstMatch(of: try Regex(old)), "no \(old) in a run")
                text.replaceSubrange(found.range, with: new)
            }
            try Data(text.utf8).write(to: file)
            #expect(try EvaluationRun(contentsOf: file).system == run.system)
        }
    }

    private func refusal(_ run: EvaluationRun, _ old: String, _ new: String) -> String {
        let error = #expect(throws: EvaluationError.self, "\(old) -> \(new)") {
            try read(run, old, new)
        }
        return error.map { "\($0)" } ?? ""
    }

    @Test("of word baselines and of pairs, as they were written, are read")
    func sound() throws {
        let words = try SampleRuns.lexical(.words)
        #expect(!words.robustness.isEmpty, "the premise: differences are checked too")
        try read(words)
        try read(SampleRuns.pairs("tiny", noise: "x"))
    }

    @Test("with impossible numbers of resamples, counts, dates, levels")
    func numbers() throws {
        let run = try SampleRuns.lexical(.words)
        let resamples = "\"replicates\":500"
        for count in ["-1", "0", "99", "1000001", "4611686018427387904", "-9223372036854775808"] {
            let problem = refusal(run, resamples, "\"replicates\":\(count)")
            #expect(problem.contains("damaged: its intervals have \(count) resamples"))
        }
        let cases = [
            (resamples, "\"replicates\":9223372036854775808"), (resamples, "\"replicates\":1e300"),
            (resamples, "\"replicates\":null"), ("\"documents\":[0-9]+", "\"documents\":-1"),
            ("\"seconds\":[-0-9.eE]+", "\"seconds\":-1"),
            ("\"level\":0.95", "\"level\":1"), ("\"level\":0.95", "\"level\":0"),
            ("\"level\":0.95", "\"level\":-3e9"), ("\"pValue\":[-0-9.eE]+", "\"pValue\":2"),
            ("\"units\":312", "\"units\":-1"),
            ("\"standardError\":[-0-9.eE]+", "\"standardError\":-1"),
            ("\"value\":[-0-9.eE]+", "\"value\":1e300"), ("\"low\":[-0-9.eE]+", "\"low\":-1e16"),
            ("\"high\":[-0-9.eE]+", "\"high\":1e999"),
            ("\"ndcg_at_10\":\\[[-0-9.eE]+", "\"ndcg_at_10\":[1e200"),
            ("\"date\":\"[^\"]*\"", "\"date\":\"1969-12-31T23:59:59Z\""),
            ("\"date\":\"[^\"]*\"", "\"date\":\"yesterday\""),
            ("\"date\":\"[^\"]*\"", "\"date\":\"999999999-01-01T00:00:00Z\""),
        ]
        for (old, new) in cases {
            #expect(refusal(run, old, new).contains("damaged"), "\(old) -> \(new)")
        }
    }

    @Test("with names without end, lists that do not fit, pairs that are all equal")
    func lists() throws {
        let run = try SampleRuns.pairs("tiny", noise: "x")
        let long = String(repeating: "a", count: 3_000)
        let equal = "[" + [String](repeating: "1", count: 40).joined(separator: ",") + "]"
        for (old, new, problem) in [
            ("\"name\":\"tiny\"", "\"name\":\"\(long)\"", "names is too long"),
            ("\"window\"", "\"\(long)\"", "names is too long"),
            ("\"parameters\":117653760", "\"parameters\":-1", "is negative"),
            ("\"prediction\":\\[[-0-9.eE]+,", "\"prediction\":[", "differ in length"),
            (
                "\"prediction\":\\[[^\\]]*\\]", "\"prediction\":\(equal)",
                "pairs of a task are equal"
            ),
            ("\"gold\":\\[[^\\]]*\\]", "\"gold\":\(equal)", "pairs of a task are equal"),
        ] {
            let found = refusal(run, old, new)
            #expect(found.contains(problem), "\(found)")
        }
    }
}
