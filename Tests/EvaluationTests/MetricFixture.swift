import Foundation
import TestSupport

/// Golden values made by `Tools/reference/make_metric_fixtures.py` with pytrec_eval, mteb, scipy
/// and scikit-learn; their versions are inside the file.
struct MetricFixture: Decodable {
    struct Entry: Decodable {
        let id: String
        let value: Double
    }

    struct Retrieval: Decodable {
        let qrels: [Entry]
        let run: [Entry]
        let expected: [String: Double]
    }

    struct CorrelationCase: Decodable {
        let x: [Double]
        let y: [Double]
        let pearson: Double
        let spearman: Double
    }

    struct Bitext: Decodable {
        let predicted: [Int]
        let accuracy: Double
        let f1: Double
    }

    struct Interval: Decodable {
        let values: [Double]
        let other: [Double]
        let intervals: [String: [Double]]
        let pValue: Double
    }

    let retrieval: [Retrieval]
    let correlation: [CorrelationCase]
    let bitext: [Bitext]
    let intervals: [Interval]
    let normalQuantiles: [String: Double]

    static func load() throws -> MetricFixture {
        let file = Repository.fixtures("EvaluationTests").appendingPathComponent("metrics.json")
        return try JSONDecoder().decode(MetricFixture.self, from: Data(contentsOf: file))
    }
}
