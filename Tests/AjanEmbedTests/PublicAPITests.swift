import AjanEmbed
import Foundation
import Testing

@Suite("The library as the README shows it")
struct PublicAPITests {
    /// The lines of the README.
    private func best(of texts: [String]) async throws -> String? {
        let model = try SentenceEncoder(ModelCatalog.locate("ajan-embed-mini"))
        let query = try await model.encode(["kargom ne zaman gelir?"], role: .query)[0]
        let passages = try await model.encode(texts, role: .passage)
        let scores = passages.map { query.similarity(to: $0) }
        return zip(texts, scores).max { $0.1 < $1.1 }?.0
    }

    @Test("finds the passage that answers")
    func readme() async throws {
        let answer = "Siparişler 1–3 iş günü içinde kargoya verilir."
        let texts = [
            "Su faturanızı internetten ödeyebilirsiniz.", answer, "Kütüphane dokuzda açılır.",
        ]
        #expect(try await best(of: texts) == answer)
    }

    @Test("similarities are cosines, whatever the length of the vectors")
    func similarity() {
        func embedding(_ vector: [Float]) -> SentenceEmbedding {
            SentenceEmbedding(vector: vector, tokens: 1, kept: 1, windows: 1)
        }
        #expect(embedding([3, 0]).similarity(to: embedding([0, 2])) == 0)
        #expect(abs(embedding([3, 3]).similarity(to: embedding([2, 2])) - 1) < 1e-6)
        #expect(embedding([1, 0]).similarity(to: embedding([-4, 0])) == -1)
        #expect(embedding([0, 0]).similarity(to: embedding([1, 0])) == 0)
    }

    @Test("embeddings survive JSON")
    func codable() throws {
        let embedding = SentenceEmbedding(vector: [0.1, -0.25], tokens: 9, kept: 8, windows: 1)
        let data = try JSONEncoder().encode(embedding)
        #expect(try JSONDecoder().decode(SentenceEmbedding.self, from: data) == embedding)
    }

    @Test("errors are ModelError and say their line in every way they are asked")
    func errors() throws {
        let missing = URL(fileURLWithPath: "/yok/model")
        let error = #expect(throws: ModelError.self) { _ = try SentenceEncoder(missing) }
        #expect(error?.localizedDescription == error?.description)
        #expect(error?.description.contains("/yok/model") == true)
        for options in [SentenceEncoder.Options(threads: 0), .init(maxTokens: 2)] {
            let refused = #expect(throws: ModelError.self) {
                _ = try SentenceEncoder(GoldenVectors.tinyFolder, options: options)
            }
            guard case .invalidOption? = refused else {
                Issue.record("\(String(describing: refused))")
                continue
            }
        }
    }

    @Test("the vector space names everything that decides a vector")
    func vectorSpace() throws {
        func space(_ options: SentenceEncoder.Options) throws -> String {
            try SentenceEncoder(GoldenVectors.tinyFolder, options: options).vectorSpace()
        }
        let spaces = try [
            .init(precision: .f32), .init(precision: .int8), .init(precision: .f32, maxTokens: 16),
            .init(precision: .f32, normalizes: false),
        ].map(space)
        #expect(Set(spaces).count == spaces.count)
        #expect(try space(.init(precision: .f32, threads: 1)) == spaces[0])
    }

    @Test("vectors may be cut to their first numbers, and have length 1 again")
    func dimensions() throws {
        let texts = ["kargom ne zaman gelir?", "İade süresi on dört gündür."]
        let whole = try SentenceEncoder(GoldenVectors.tinyFolder)
        let cut = try SentenceEncoder(GoldenVectors.tinyFolder, options: .init(dimensions: 5))
        #expect(cut.dimensions == 5)
        let pairs = zip(
            try whole.encode(texts, role: .query), try cut.encode(texts, role: .query))
        for (all, first) in pairs {
            let prefix = all.vector.prefix(5)
            let length = prefix.reduce(0) { $0 + $1 * $1 }.squareRoot()
            #expect(first.vector.count == 5)
            #expect(zip(first.vector, prefix).allSatisfy { abs($0 - $1 / length) < 1e-6 })
        }
        #expect(try whole.vectorSpace() != cut.vectorSpace())
        for dimensions in [0, whole.dimensions + 1] {
            #expect(throws: ModelError.self) {
                try SentenceEncoder(
                    GoldenVectors.tinyFolder, options: .init(dimensions: dimensions))
            }
        }
    }

    @Test("ids and tokens agree, prompts and contract included")
    func tokens() throws {
        let tokenizer = try TextTokenizer(ModelCatalog.locate("ajan-embed-mini"))
        for text in ["  query: ışıklı", "a\u{1}b", "a\0b", "Şöför\u{301} İSTANBUL", ""] {
            for role in Role.allCases {
                #expect(
                    tokenizer.ids(of: text, role: role).map(Int.init)
                        == tokenizer.tokens(of: text, role: role).map(\.id))
            }
        }
    }
}
