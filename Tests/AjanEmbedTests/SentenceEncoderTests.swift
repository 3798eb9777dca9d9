import AjanEmbed
import Foundation
import TestSupport
import Testing

@Suite("Sentence vectors")
struct SentenceEncoderTests {
    @Test("of a tiny model with Dense equal sentence-transformers")
    func tinyParity() throws {
        let golden = try GoldenVectors.tiny()
        let model = try SentenceEncoder(GoldenVectors.tinyFolder, options: .f32())
        let embeddings = try model.encode(golden.texts, role: .none)
        #expect(model.dimensions == 32)
        for (embedding, expected) in zip(embeddings, golden.vectors) {
            let differences = zip(embedding.vector, expected).map { abs($0 - $1) }
            #expect((differences.max() ?? 1) <= 1e-5)
        }
    }

    @Test(
        "of the real e5-small equal sentence-transformers within cosine 0.99999",
        .enabled(if: RealModel.isAvailableOrRequired, "\(RealModel.skipReason)"))
    func realParity() throws {
        let golden = try GoldenVectors.e5Small()
        let model = try SentenceEncoder(RealModel.e5Small, options: .f32(threads: 2))
        for (embedding, expected) in zip(
            try model.encode(golden.texts, role: .none), golden.vectors)
        {
            #expect(cosine(embedding.vector, expected) >= 0.99999)
        }
    }

    @Test(
        "of the real MiniLM (BERT, WordPiece) equal sentence-transformers within cosine 0.99999",
        .enabled(if: RealModel.isAvailableOrRequired, "\(RealModel.skipReason)"))
    func miniLMParity() throws {
        let golden = try GoldenVectors.miniLM()
        let model = try SentenceEncoder(RealModel.miniLM, options: .f32(threads: 2))
        for (embedding, expected) in zip(
            try model.encode(golden.texts, role: .none, longText: .truncate), golden.vectors)
        {
            #expect(cosine(embedding.vector, expected) >= 0.99999)
        }
    }

    @Test(
        "of the real e5-small in int8 stay within cosine 0.995 of the reference",
        .enabled(if: RealModel.isAvailableOrRequired, "\(RealModel.skipReason)"))
    func realInt8() throws {
        let golden = try GoldenVectors.e5Small()
        let model = try SentenceEncoder(RealModel.e5Small, options: .int8(threads: 2))
        for (embedding, expected) in zip(
            try model.encode(golden.texts, role: .none), golden.vectors)
        {
            #expect(cosine(embedding.vector, expected) >= 0.995)
        }
    }

    @Test(
        "are the same bits in any batch, order and thread count",
        arguments: SentenceEncoder.Precision.allCases)
    func independence(precision: SentenceEncoder.Precision) throws {
        var options = SentenceEncoder.Options.f32()
        options.precision = precision
        let single = try SentenceEncoder(GoldenVectors.tinyFolder, options: options)
        options.threads = 2
        let double = try SentenceEncoder(GoldenVectors.tinyFolder, options: options)
        let texts = (0..<40).map { index in
            (0...(index * 7 % 23)).map { "kargo \($0 * index)" }.joined(separator: " ")
        }
        let alone = try texts.map { try single.encode([$0], role: .query)[0] }
        #expect(Set(alone.map(\.tokens)).count > 10, "the premise: many lengths")
        #expect(try single.encode(texts, role: .query) == alone)
        #expect(try double.encode(texts, role: .query) == alone)
        #expect(try double.encode(texts.reversed(), role: .query) == Array(alone.reversed()))
        #expect(
            try double.encode(texts, role: .query, longText: .window, alone: true) == alone)
    }

    @Test("are the same from many tasks at once, and through the async form")
    func concurrency() async throws {
        let model = try SentenceEncoder(GoldenVectors.tinyFolder, options: .int8(threads: 2))
        let texts = (0..<12).map { "passage: sipariş \($0)" }
        let expected = try await model.encode(texts, role: .passage)
        let results = try await withThrowingTaskGroup(of: [SentenceEmbedding].self) { group in
            for _ in 0..<8 { group.addTask { try await model.encode(texts, role: .passage) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(results.count == 8)
        #expect(results.allSatisfy { $0 == expected })
    }

    @Test("end early when their task is cancelled")
    func cancellation() async throws {
        let model = try SentenceEncoder(GoldenVectors.tinyFolder, options: .int8())
        let task = Task {
            try await Task.sleep(for: .milliseconds(1))
            return try await model.encode(["kargo"], role: .query)
        }
        task.cancel()
        let result = await task.result
        #expect(throws: CancellationError.self) { _ = try result.get() }
    }

    @Test("have length 1 unless that is switched off")
    func normalisation() throws {
        var options = SentenceEncoder.Options.f32()
        let text = ["kargo ne zaman gelir"]
        let unit = try SentenceEncoder(GoldenVectors.tinyFolder, options: options)
            .encode(text, role: .query)[0].vector
        options.normalizes = false
        let raw = try SentenceEncoder(GoldenVectors.tinyFolder, options: options)
            .encode(text, role: .query)[0].vector
        #expect(abs(unit.reduce(0) { $0 + $1 * $1 } - 1) < 1e-5)
        #expect(abs(raw.reduce(0) { $0 + $1 * $1 } - 1) > 1e-3, "the premise: it was not 1 before")
        #expect(cosine(unit, raw) > 0.999999)
    }

    @Test("depend on the role through its prompt, which is not put twice")
    func roles() throws {
        let model = try SentenceEncoder(GoldenVectors.tinyFolder, options: .f32())
        func vector(_ text: String, _ role: Role) throws -> [Float] {
            try model.encode([text], role: role)[0].vector
        }
        let query = try vector("iade", .query)
        #expect(try query == vector("query: iade", .none))
        #expect(try query == vector("query: iade", .query))
        #expect(try query != vector("iade", .passage))
        #expect(
            try vector("query: iade", .passage) == query, "a text that brings its prompt keeps it")
        #expect(try vector("iade", .none) != query)
    }
}
