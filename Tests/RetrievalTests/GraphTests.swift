import AjanRetrieval
import Foundation
import TestSupport
import Testing

@Suite("Graph: nearly exact, the same every time, carried on when passages are added")
struct GraphTests {
    let folder: IndexFolder

    init() throws {
        folder = try IndexFolder()
        try folder.write("belgeler/a.jsonl", Self.records(0..<1500))
    }

    private static func records(_ range: Range<Int>) -> String {
        let subjects = [
            "kargo", "fatura", "iade", "ödeme", "abonelik", "kampanya", "şifre", "adres",
        ]
        return range.map { number in
            let words = (0..<4).map { subjects[(number * 7 + $0 * $0 * 3 + number / 9) % 8] }
            return
                #"{"id": "\#(number)", "text": "\#(words.joined(separator: " ")) kaydı \#(number * 37)"}"#
        }
        .joined(separator: "\n")
    }

    private func update(graphFrom: Int = 1000) throws {
        var writer = IndexWriter(directory: folder.index, embedder: TrigramEmbedder())
        writer.graphFrom = graphFrom
        _ = try writer.update([folder.documents])
    }

    private func graph(_ generation: Int) throws -> Data {
        try Data(contentsOf: folder.index.graph(generation: generation))
    }

    /// Share of the exact first ten that the graph finds too, over 40 questions.
    private func recall() throws -> Double {
        let reader = try IndexReader(folder.index, embedder: TrigramEmbedder())
        var (found, wanted) = (0, 0)
        for number in 0..<40 {
            var request = SearchRequest("kaydı \(number * 991) fatura")
            request.mode = .dense
            let near = Set(try reader.search(request).hits.map(\.passage))
            request.exact = true
            let exact = try reader.search(request).hits.map(\.passage)
            found += exact.count { near.contains($0) }
            wanted += exact.count
        }
        return Double(found) / Double(wanted)
    }

    @Test("A large index has a graph that finds what comparing every vector finds")
    func recallAtTen() throws {
        try update()
        #expect(try IndexReader(folder.index, embedder: nil).statistics().graphByteCount > 0)
        #expect(try recall() >= 0.97)
        #expect(try IndexVerifier(folder.index).verify().problems == [])
    }

    @Test("A small index has none, and one that shrinks loses it")
    func threshold() throws {
        try update(graphFrom: 1501)
        #expect(try IndexReader(folder.index, embedder: nil).statistics().graphByteCount == 0)
        try folder.write("belgeler/b.jsonl", Self.records(1500..<1501))
        try update(graphFrom: 1501)
        #expect(try IndexReader(folder.index, embedder: nil).statistics().graphByteCount > 0)
        try folder.remove("belgeler/b.jsonl")
        try update(graphFrom: 1501)
        #expect(try IndexReader(folder.index, embedder: nil).statistics().graphByteCount == 0)
        #expect(try recall() == 1)
    }

    @Test("The same vectors give the same bytes; added and removed passages keep it sound")
    func updates() throws {
        try update()
        let first = try graph(1)
        let other = try IndexFolder()
        try other.write("belgeler/a.jsonl", Self.records(0..<1500))
        var writer = IndexWriter(directory: other.index, embedder: TrigramEmbedder())
        writer.graphFrom = 1000
        _ = try writer.update([other.documents])
        #expect(try Data(contentsOf: other.index.graph(generation: 1)) == first)
        try folder.write("belgeler/b.jsonl", Self.records(1500..<1800))
        try update()
        #expect(try recall() >= 0.97)
        try folder.write("belgeler/a.jsonl", Self.records(100..<1500))
        try update()
        #expect(try recall() >= 0.97)
        #expect(try IndexVerifier(folder.index).verify().problems == [])
    }

    @Test("A damaged graph is refused, by a search and by a check", arguments: [0.0, 0.5, 0.999])
    func damage(_ place: Double) throws {
        try update()
        var data = try graph(1)
        data[Int(Double(data.count) * place)] ^= 1
        try data.write(to: folder.index.graph(generation: 1))
        #expect(throws: RetrievalError.self) { try recall() }
        #expect(try !IndexVerifier(folder.index).verify().problems.isEmpty)
    }
}
