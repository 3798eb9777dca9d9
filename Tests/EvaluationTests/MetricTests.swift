import AjanEvaluation
import Testing

@Suite("Metrics equal the field's own code to 1e-9")
struct MetricTests {
    private static let metrics: [RetrievalMetric] = [1, 3, 5, 10, 100].flatMap { k in
        [.ndcg(at: k), .map(at: k), .mrr(at: k), .recall(at: k), .precision(at: k)]
    }

    @Test("retrieval metrics on 200 rankings with ties, gaps and missing documents")
    func retrieval() throws {
        let cases = try MetricFixture.load().retrieval
        #expect(cases.count == 200)
        var nonZero = 0
        for (index, item) in cases.enumerated() {
            let relevance = QueryRelevance(
                ranking: RankedList(
                    item.run.map { ScoredDocument(id: Identifier($0.id), score: $0.value) }),
                judgments: Dictionary(
                    uniqueKeysWithValues: item.qrels.map { (Identifier($0.id), Int($0.value)) }))
            for metric in Self.metrics {
                let expected = try #require(item.expected[metric.name])
                let got = relevance.value(of: metric)
                #expect(abs(got - expected) < 1e-9, "query \(index), \(metric.name)")
                if expected > 0 { nonZero += 1 }
            }
        }
        #expect(nonZero > 2_000, "the fixture must not be a table of zeros")
    }

    @Test("Pearson and Spearman, ranks of equal values averaged")
    func correlation() throws {
        let cases = try MetricFixture.load().correlation
        #expect(cases.count > 40)
        for item in cases {
            #expect(abs(Correlation.pearson(item.x, item.y) - item.pearson) < 1e-9)
            #expect(abs(Correlation.spearman(item.x, item.y) - item.spearman) < 1e-9)
        }
        #expect(Correlation.averageRanks([3, 1, 3, 2]) == [3.5, 1, 3.5, 2])
        #expect(Correlation.pearson([1, 1, 1], [1, 2, 3]).isNaN, "a constant side has none")
    }

    @Test("bitext accuracy and F1")
    func bitext() throws {
        for item in try MetricFixture.load().bitext {
            let metrics = BitextMetrics(predicted: item.predicted)
            #expect(abs(metrics.accuracy - item.accuracy) < 1e-9)
            #expect(abs(metrics.f1 - item.f1) < 1e-9)
        }
    }

    @Test("documents whose ids are canonically equal stay two documents")
    func identifiers() {
        let (composed, decomposed) = (Identifier("\u{E9}"), Identifier("e\u{301}"))
        #expect(composed != decomposed)
        #expect(Set([composed, decomposed]).count == 2)
        #expect(decomposed < composed)
    }
}
