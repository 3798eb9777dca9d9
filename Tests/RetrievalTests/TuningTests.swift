import AjanEvaluation
import AjanRetrieval
import Foundation
import TestSupport
import Testing

@Suite("Tuning: changes an index only when the questions prove it")
struct TuningTests {
    let folder: IndexFolder

    /// Sixty documents that words tell apart and letter triples nearly as well.
    init() throws {
        folder = try IndexFolder()
        let records = (0..<60).map { number in
            #"{"id": "b\#(number)", "text": "\#(Self.words(number)) hakkında bilgi veren belgedir."}"#
        }
        try folder.write("belgeler/sss.jsonl", records.joined(separator: "\n"))
        _ = try IndexWriter(directory: folder.index, embedder: TrigramEmbedder())
            .update([folder.documents])
    }

    private static let stems = [
        "kargo", "fatura", "iade", "ödeme", "abone", "şifre", "adres", "kupon",
    ]

    private static func words(_ number: Int) -> String {
        [number % 8, (number / 8) % 8, (number * 5 + 3) % 8].map { stems[$0] }
            .joined(separator: " ") + " no\(number)x"
    }

    private func questions(_ lines: [String]) throws -> TuningQuestions {
        try TuningQuestions(folder.write("sorular.jsonl", lines.joined(separator: "\n")))
    }

    private func line(_ question: String, _ relevant: [String]) -> String {
        let names = relevant.map { "\"\($0)\"" }.joined(separator: ", ")
        return #"{"question": "\#(question)", "relevant": [\#(names)]}"#
    }

    private func tune(
        _ lines: [String], passageTokens: [Int] = [],
        abstention: IndexTuner.Abstention = .never
    ) throws -> TuningReport {
        try IndexTuner(folder.index, embedder: TrigramEmbedder())
            .tune(questions(lines), passageTokens: passageTokens, abstention: abstention)
    }

    @Test("Words win where only words tell, and the index is searched like that afterwards")
    func decisive() throws {
        // The rare word is one of many: triples drown it, BM25 does not.
        let padding =
            "hakkında bilgi veren belgedir kargo fatura iade ödeme abone şifre adres kupon"
        let report = try tune((0..<60).map { line("\(padding) no\($0)x", ["b\($0)"]) })
        #expect(report.questions == 60)
        let scores = Dictionary(
            uniqueKeysWithValues: report.retrievers.map { ($0.name, $0.score) })
        #expect(try #require(scores["lexical (BM25)"]) > #require(scores["dense"]))
        #expect(report.profile.calibration != nil)
        try IndexWriter.store(report.profile, in: folder.index)
        let response = try IndexReader(folder.index, embedder: TrigramEmbedder())
            .search(SearchRequest("no17x"))
        #expect(response.mode == report.profile.mode)
        let chance = try #require(response.hits.first?.probability)
        #expect((0...1).contains(chance))
    }

    @Test("Where everything is found anyway nothing changes, and the verdict says so")
    func undecided() throws {
        let report = try tune((0..<20).map { line(Self.words($0), ["b\($0)"]) })
        #expect(report.profile.mode == .hybrid)
        #expect(report.profile.fusion == .sum(denseWeight: 0.5))
        #expect(report.verdict[0].hasSuffix("stays."))
    }

    @Test("A threshold separates questions with answers from those without")
    func abstention() throws {
        let answerable = (0..<30).map { line(Self.words($0), ["sss.jsonl#b\($0)"]) }
        let others = (0..<30).map { line("zürafa gökdelen yüzgeç \($0)", []) }
        let report = try tune(answerable + others, abstention: .fitted)
        #expect(report.unanswerable == 30)
        let outcome = try #require(report.abstention)
        #expect(outcome.answered >= 0.9)
        #expect(try #require(outcome.declined) >= 0.9)
        try IndexWriter.store(report.profile, in: folder.index)
        let reader = try IndexReader(folder.index, embedder: TrigramEmbedder())
        let declined = try reader.search(SearchRequest("zürafa gökdelen yüzgeç 7"))
        #expect(declined.abstained && declined.hits.isEmpty)
        #expect(try !reader.search(SearchRequest(Self.words(7))).hits.isEmpty)
    }

    @Test("Other passage sizes are measured on the same questions")
    func passageSizes() throws {
        let report = try tune(
            (0..<20).map { line(Self.words($0), ["b\($0)"]) }, passageTokens: [16, 256])
        #expect(report.passageSizes.map(\.name) == ["256 tokens", "16 tokens"])
        #expect(report.passageSizes[1].comparison?.units == 20)
    }

    @Test("The sample of this project is read as a folder")
    func folderOfQuestions() throws {
        let sample = Repository.root.appendingPathComponent("Samples/sss-tr")
        let index = IndexDirectory(folder.url.appendingPathComponent("sss.index"))
        _ = try IndexWriter(directory: index, embedder: TrigramEmbedder())
            .update([sample.appendingPathComponent("corpus.jsonl")])
        let reader = try IndexReader(index, embedder: TrigramEmbedder())
        let questions = try TuningQuestions(sample).resolved(in: reader)
        #expect(questions.count == 312)
        #expect(questions.allSatisfy { $0.isAnswerable })
    }

    @Test(
        "Questions that cannot be used are refused with their line",
        arguments: [
            (["bozuk"], 1), ([#"{"question": "a", "relevant": ["b1"]}"#, "{}"], 2),
            ([#"{"question": "a", "relevant": ["yok"]}"#], 1),
            ([#"{"question": "a", "relevant": ["b1"]}"#], 1),
        ])
    func refusals(_ lines: [String], _ line: Int) throws {
        #expect {
            try tune(lines)
        } throws: { error in
            guard case RetrievalError.questions(_, line, _) = error else { return false }
            return true
        }
    }
}
