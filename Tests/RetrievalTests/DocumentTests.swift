import AjanDocuments
import AjanEmbed
import AjanRetrieval
import Foundation
import Testing

@Suite("Documents of an index can be listed and read back")
struct DocumentTests {
    let folder: IndexFolder

    init() throws {
        folder = try IndexFolder()
        let sentences = (1...40).map { "Bu \($0). cümledir ve birkaç sözcüğü vardır." }
        try folder.write("belgeler/uzun.txt", sentences.joined(separator: " "))
        try folder.write("belgeler/iki.md", "# Bir\nİlk metin.\n## Alt\nİkinci metin.")
        try folder.write("belgeler/kayit.jsonl", #"{"id": "k1", "text": "Kayıt.", "yil": 2024}"#)
        _ = try IndexWriter(directory: folder.index, embedder: TrigramEmbedder()).update(
            [folder.documents], settings: IndexSettings(passageTokens: 24, overlapTokens: 10))
    }

    private func reader() throws -> IndexReader { try IndexReader(folder.index, embedder: nil) }

    @Test("A document comes back as it was, what passages share written once")
    func text() throws {
        let path = folder.documents.appendingPathComponent("uzun.txt").path
        let document = try #require(try reader().document(path: path))
        let original = try String(contentsOfFile: path, encoding: .utf8)
        #expect(document.passages > 5)
        #expect(
            document.text.split(whereSeparator: \.isWhitespace)
                == original.split(whereSeparator: \.isWhitespace))
        #expect(try reader().document(document.id) == document)
    }

    @Test("Headings stand above their texts, and metadata comes along")
    func parts() throws {
        let path = folder.documents.appendingPathComponent("iki.md").path
        let document = try #require(try reader().document(path: path))
        #expect(document.text == "Bir\nİlk metin.\n\nBir › Alt\nİkinci metin.")
        let record = try #require(
            try reader().document(
                path: folder.documents.appendingPathComponent("kayit.jsonl").path, name: "k1"))
        #expect(record.metadata == ["yil": .number(2024)])
        #expect(try reader().document(9_999) == nil)
    }

    @Test("Pages of the list cover every document once")
    func pages() throws {
        let reader = try reader()
        let all = try reader.documents(limit: 10)
        #expect(all.count == 3)
        let second = try reader.documents(after: all[0].id, limit: 1)
        #expect(second == [all[1]])
        #expect(try reader.documents(after: all[2].id, limit: 1).isEmpty)
        let statistics = try reader.statistics()
        #expect(
            statistics.documents == 3 && statistics.kinds == ["jsonl": 1, "markdown": 1, "text": 1])
    }

    @Test("A question whose vector is known needs no model")
    func vector() throws {
        let embedder = TrigramEmbedder()
        var request = SearchRequest("İkinci metin.")
        request.mode = .dense
        request.vector = try embedder.vectors(of: [request.query], role: .query)[0]
        let hits = try reader().search(request).hits
        let again = try IndexReader(folder.index, embedder: embedder).search(request).hits
        #expect(hits.map(\.passage) == again.map(\.passage))
        request.vector = [1, 2]
        #expect(throws: RetrievalError.self) { try reader().search(request) }
        request.vector = [Float](repeating: .nan, count: 96)
        #expect(throws: RetrievalError.self) { try reader().search(request) }
    }
}
