import AjanEmbed
import AjanEvaluation
import Testing

@Suite("Rankings: baselines, fusion, ties")
struct RankingTests {
    private let documents = [
        "Kargo ücreti ne kadar?", "İade süresi on dört gündür.",
        "Kargo iki günde gelir, kargo takip edilir.",
        "Fatura e-posta ile gönderilir.",
    ]

    @Test("BM25 on a case worked by hand")
    func bm25() throws {
        let system = BM25(k1: 1.2, b: 0.75) { $0.split(separator: " ").map(String.init) }
        let scores = try system.scores(queries: ["a c"], documents: ["a b", "a a b", "b b b b"])[0]
        // N = 3, df(a) = 2, idf = ln(1 + 1.5 / 2.5); lengths 2, 3, 4, mean 3; "c" matches nothing.
        let idf = 0.4700036292457356
        #expect(abs(scores[0] - idf * 2.2 / (1 + 1.2 * (0.25 + 0.75 * 2 / 3))) < 1e-12)
        #expect(abs(scores[1] - idf * 2 * 2.2 / (2 + 1.2)) < 1e-12)
        #expect(scores[2] == 0)
    }

    @Test("words match whatever their case, Turkish i included")
    func turkishCase() throws {
        let system = BM25(terms: LexicalTerms.words.terms)
        let scores = try system.scores(queries: ["İADE SÜRESİ"], documents: documents)[0]
        #expect(scores[1] > 0 && scores[0] == 0)
    }

    @Test("the first five letters find other forms of a word")
    func firstFive() throws {
        let query = ["faturalarımı gönderin"]
        let words = try BM25(terms: LexicalTerms.words.terms)
            .scores(queries: query, documents: documents)[0]
        let five = try BM25(terms: LexicalTerms.firstFive.terms)
            .scores(queries: query, documents: documents)[0]
        #expect(words.allSatisfy { $0 == 0 })
        #expect(five[3] > 0)
    }

    /// Scores that a test writes down.
    private struct Fixed: RetrievalSystem {
        let rows: [[Double]]

        func scores(queries: [String], documents: [String]) -> [[Double]] { rows }
    }

    @Test("reciprocal rank fusion on a case worked by hand, ties by position")
    func reciprocalRank() throws {
        let system = HybridSystem(
            Fixed(rows: [[0.9, 0.1, 0.5]]), Fixed(rows: [[2, 2, 3]]), fusion: .reciprocalRank)
        let scores = try system.scores(queries: ["q"], documents: ["a", "b", "c"])[0]
        #expect(abs(scores[0] - (1.0 / 61 + 1.0 / 62) / 2) < 1e-12)
        #expect(abs(scores[1] - (1.0 / 63 + 1.0 / 63) / 2) < 1e-12)
        #expect(abs(scores[2] - (1.0 / 62 + 1.0 / 61) / 2) < 1e-12)
    }

    @Test("the calibrated sum does not depend on the scale of either side")
    func calibratedSum() throws {
        let dense = [0.83, 0.85, 0.80, 0.81]
        let lexical = [0.0, 3.0, 12.0, 1.0]
        func fused(_ scale: Double, _ shift: Double) throws -> [Double] {
            try HybridSystem(
                Fixed(rows: [dense.map { $0 * scale + shift }]), Fixed(rows: [lexical]),
                fusion: .calibratedSum
            ).scores(queries: ["q"], documents: documents)[0]
        }
        for (a, b) in zip(try fused(1, 0), try fused(40, -7)) { #expect(abs(a - b) < 1e-9) }
        let constant = try HybridSystem(
            Fixed(rows: [[1, 1, 1, 1]]), Fixed(rows: [lexical]), fusion: .calibratedSum
        ).scores(queries: ["q"], documents: documents)[0]
        #expect(constant[2] > constant[1], "a side without an opinion adds nothing")
    }
}
