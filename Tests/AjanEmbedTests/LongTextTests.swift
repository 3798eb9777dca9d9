import AjanEmbed
import Foundation
import Testing

@Suite("Long texts")
struct LongTextTests {
    private let long = (0..<80).map { "sipariş \($0)" }.joined(separator: " ")

    private func model() throws -> SentenceEncoder {
        try SentenceEncoder(GoldenVectors.tinyFolder, options: .f32())
    }

    @Test("are cut into windows that together hold every token")
    func windows() throws {
        let embedding = try model().encode([long], role: .query, longText: .window)[0]
        #expect(embedding.windows > 1)
        #expect(embedding.kept == embedding.tokens)
        #expect(embedding.tokens > 64, "the premise: longer than the model")
    }

    @Test("are truncated on demand, and the receipt says so")
    func truncation() throws {
        let embedding = try model().encode([long], role: .query, longText: .truncate)[0]
        #expect(embedding.kept == 64)
        #expect(embedding.tokens > 64)
        #expect(embedding.windows == 1)
    }

    @Test("are an error on demand, with index, tokens and limit")
    func refusal() throws {
        let error = #expect(throws: ModelError.self) {
            _ = try model().encode(["kısa", long], role: .query, longText: .error)
        }
        guard case .textTooLong(let index, let tokens, let limit)? = error else {
            Issue.record("expected textTooLong, got \(String(describing: error))")
            return
        }
        #expect(index == 1 && tokens > 64 && limit == 64)
    }

    @Test("that fit are one window whatever the choice", arguments: LongText.allCases)
    func short(longText: LongText) throws {
        let embedding = try model().encode(["kargo"], role: .query, longText: longText)[0]
        #expect(embedding.windows == 1 && embedding.kept == embedding.tokens)
    }

    @Test("get windows end to end, full but for the last, for every length and capacity")
    func plans() {
        for capacity in [1, 2, 5, 16, 61, 508] {
            for count in 0...(capacity * 4 + 3) {
                let ranges = WindowPlan(bodyCount: count, capacity: capacity).ranges
                #expect(ranges.flatMap { Array($0) } == Array(0..<count), "none lost, none twice")
                #expect(ranges.dropLast().allSatisfy { $0.count == capacity })
                #expect((ranges.last?.count ?? 0) <= capacity && ranges.count >= 1)
                #expect(ranges.count == 1 || ranges.last?.isEmpty == false)
            }
        }
    }

    @Test("and short ones are planned into batches within the budget, longest first, none lost")
    func batches() {
        let lengths = (0..<100).map { 1 + $0 * 37 % 90 }
        let plan = BatchPlan(lengths: lengths, budget: 128)
        #expect(plan.batches.flatMap { $0 }.sorted() == Array(lengths.indices))
        let flat = plan.batches.flatMap { $0 }.map { lengths[$0] }
        #expect(flat == flat.sorted(by: >))
        for batch in plan.batches {
            #expect(batch.count == 1 || batch.reduce(0) { $0 + lengths[$1] } <= 128)
        }
    }

    @Test("and are planned into batches of nearly the same size when their number is given")
    func evenBatches() {
        let lengths = (0..<100).map { 1 + $0 * 37 % 90 }
        for count in [1, 2, 3, 7, 100, 200] {
            let plan = BatchPlan(lengths: lengths, count: count)
            #expect(plan.batches.flatMap { $0 }.sorted() == Array(lengths.indices))
            #expect(plan.batches.count == min(count, 100))
            let sums = plan.batches.map { $0.reduce(0) { $0 + lengths[$1] } }
            #expect((sums.max() ?? 0) - (sums.min() ?? 0) <= 90, "no more apart than one window")
        }
        #expect(BatchPlan(lengths: [], count: 3).batches.isEmpty)
    }
}
