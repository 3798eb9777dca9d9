import AjanEmbed
import Foundation
import TestSupport

/// Vectors by `sentence-transformers`. Made by Tools/reference/make_sentence_fixtures.py.
struct GoldenVectors: Decodable {
    let texts: [String]
    let vectors: [[Float]]

    static let fixtures = Repository.fixtures("AjanEmbedTests")

    /// A complete little model: XLM-RoBERTa, mean pooling, Dense with tanh, Normalize.
    static let tinyFolder = fixtures.appendingPathComponent("tiny-dense")

    static func tiny() throws -> GoldenVectors {
        try read(tinyFolder.appendingPathComponent("expected.json"))
    }

    static func e5Small() throws -> GoldenVectors {
        try read(fixtures.appendingPathComponent("e5-small.json"))
    }

    static func miniLM() throws -> GoldenVectors {
        try read(fixtures.appendingPathComponent("minilm.json"))
    }

    private static func read(_ file: URL) throws -> GoldenVectors {
        try JSONDecoder().decode(GoldenVectors.self, from: Data(contentsOf: file))
    }
}

/// Cosine in f64.
func cosine(_ a: [Float], _ b: [Float]) -> Double {
    precondition(a.count == b.count)
    func dot(_ x: [Float], _ y: [Float]) -> Double {
        zip(x, y).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }
    return dot(a, b) / (dot(a, a) * dot(b, b)).squareRoot()
}

extension SentenceEncoder.Options {
    static func f32(threads: Int = 1) -> SentenceEncoder.Options {
        var options = SentenceEncoder.Options()
        options.precision = .f32
        options.threads = threads
        return options
    }

    static func int8(threads: Int = 1) -> SentenceEncoder.Options {
        var options = SentenceEncoder.Options()
        options.threads = threads
        return options
    }
}
