import AjanEvaluation
import Foundation
import TestSupport
import Testing

#if canImport(FoundationXML)
    import FoundationXML
#endif

@Suite("Reports")
struct ReportTests {
    @Test("Markdown is what it was, in both languages", arguments: ReportLanguage.allCases)
    func markdown(language: ReportLanguage) throws {
        let report = try Report(
            SampleRuns.wordBaselines() + [SampleRuns.pairs("tiny|model", noise: "gürültü")])
        let text = MarkdownReport(report, language: language).text
        let stored = try Snapshot.stored("report-\(language.rawValue).md", now: text)
        let (isNew, isSame) = (stored.isNew, text == stored.text)
        #expect(!isNew, "report-\(language.rawValue).md was missing; look at it, commit it")
        #expect(isSame, "the report is no longer report-\(language.rawValue).md")
        #expect(text.contains("tiny\\|model"), "a name must not break the table")
    }

    @Test("JSON is what it was, numbers to nine digits")
    func json() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
        let report = try Report(SampleRuns.wordBaselines(), reference: "bm25-snowball")
        let text = String(decoding: try encoder.encode(report), as: UTF8.self)
        let stored = try Snapshot.stored("report.json", now: text)
        let isNew = stored.isNew
        let isSame = Self.isSame(try Self.object(text), try Self.object(stored.text))
        #expect(!isNew, "report.json was missing; look at it, commit it")
        #expect(isSame, "the report is no longer report.json")
    }

    @Test("the page is well-formed, complete in itself, and runs nothing")
    func html() throws {
        let hostile = try SampleRuns.lexical(.words, name: "<script>alert(1)</script>\u{7}\"&|")
        let runs = try SampleRuns.wordBaselines() + [hostile]
        for language in ReportLanguage.allCases {
            let page = HTMLReport(try Report(runs), language: language).text
            #expect(XMLParser(data: Data(page.utf8)).parse())
            #expect(!page.contains("<script"))
            for outside in ["http:", "https:", "//", "url(", "@import", "src="] {
                #expect(!page.contains(outside), "\(outside) would reach for the network")
            }
            // One chart for the task, one for its altered queries, one for the differences.
            #expect(page.components(separatedBy: "<svg").count - 1 == 3)
            #expect(page.contains("lang=\"\(language.rawValue)\""))
        }
    }

    @Test("letters: two systems share one exactly when the test cannot tell them apart")
    func letters() {
        for count in 0...5 {
            let pairs = (0..<count).flatMap { first in
                ((first + 1)..<max(count, first + 1)).map { [first, $0] }
            }
            for mask in 0..<(1 << pairs.count) {
                let differing = Set(
                    pairs.enumerated().filter { mask >> $0.offset & 1 == 1 }.map(\.element))
                let letters = SignificanceLetters.display(count: count) {
                    differing.contains([$0, $1])
                }
                let isRight = pairs.allSatisfy { pair in
                    Set(letters[pair[0]]).isDisjoint(with: letters[pair[1]])
                        == differing.contains(pair)
                }
                #expect(isRight, "\(count) systems, \(differing)")
                #expect(letters.allSatisfy { !$0.isEmpty } && letters.first?.first != "b")
            }
        }
    }

    @Test("the average takes Turkish tasks once, and only of complete rows")
    func average() throws {
        let words = try SampleRuns.lexical(.words)
        let model = try SampleRuns.pairs("tiny", noise: "x")
        let report = try Report([words, model])
        #expect(report.rows.allSatisfy { $0.average == nil }, "neither has every task")
        #expect(report.columns.filter(\.isAveraged).map(\.task) == ["sss-tr", "STS17/en-tr"])

        let pairs = try Report([model])
        let mean = try #require(pairs.columns.last)
        #expect(mean.task == "STS17" && mean.subsets == 2 && mean.units == 80)
        let cells = pairs.rows[0].cells.compactMap { $0?.score }
        #expect(abs(cells[2].value - (cells[0].value + cells[1].value) / 2) < 1e-12)
        #expect(cells[2].margin < cells[0].margin, "two pairs say more than one")
        #expect(pairs.rows[0].average?.value == cells[0].value)
    }

    @Test("runs that cannot be put side by side are refused")
    func refusals() throws {
        let words = try SampleRuns.lexical(.words)
        for (runs, reference, problem) in [
            ([], nil, "at least one"), ([words, words], nil, "two runs have the name"),
            ([words], "base", "no run is called 'base'"),
        ] as [([EvaluationRun], String?, String)] {
            let error = try #require(throws: EvaluationError.self) {
                try Report(runs, reference: reference)
            }
            #expect(error.description.contains(problem))
        }
    }

    // MARK: comparing JSON

    private static func object(_ text: String) throws -> Any {
        try JSONSerialization.jsonObject(with: Data(text.utf8))
    }

    private static func isSame(_ a: Any, _ b: Any) -> Bool {
        switch (a, b) {
        case (let a as [String: Any], let b as [String: Any]):
            Set(a.keys) == Set(b.keys)
                && a.allSatisfy { key, value in b[key].map { isSame(value, $0) } ?? false }
        case (let a as [Any], let b as [Any]):
            a.count == b.count && zip(a, b).allSatisfy { isSame($0, $1) }
        case (let a as NSNumber, let b as NSNumber):
            abs(a.doubleValue - b.doubleValue) < 1e-9
        case (let a as String, let b as String): a == b
        case (is NSNull, is NSNull): true
        default: false
        }
    }
}
