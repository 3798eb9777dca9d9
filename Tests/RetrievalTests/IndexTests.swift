import AjanRetrieval
import Foundation
import GRDB
import Testing

@Suite("Index: mirrors files, embeds only what is new, never shows half an update")
struct IndexTests {
    let folder: IndexFolder

    init() throws {
        folder = try IndexFolder()
        try folder.write("belgeler/kargo.md", "# Kargo\nSiparişler üç gün içinde kargoya verilir.")
        try folder.write("belgeler/iade.txt", "Ürünü on dört gün içinde iade edebilirsiniz.")
        try folder.write(
            "belgeler/sss.jsonl",
            """
            {"id": "s1", "title": "Fatura", "text": "Faturanız e-posta ile gönderilir.", "yil": 2023}
            {"id": "s2", "title": "Ödeme", "text": "Ödeme kartla ya da havaleyle yapılır.", "yil": 2024}
            """)
    }

    private func update(
        _ embedder: TrigramEmbedder = TrigramEmbedder()
    ) throws -> UpdateReport {
        try IndexWriter(directory: folder.index, embedder: embedder).update([folder.documents])
    }

    private func verify() throws -> [String] {
        try IndexVerifier(folder.index).verify().problems
    }

    @Test(
        "A new index holds every document, answers in every mode and is sound",
        arguments: SearchMode.allCases)
    func build(_ mode: SearchMode) throws {
        let report = try update()
        #expect(report.added == 3 && report.passages == 4 && report.embedded == 4)
        let hits = try folder.search("KARGOYA ne zaman verilir?") { $0.mode = mode }
        #expect(hits.first?.path.hasSuffix("kargo.md") == true)
        #expect(hits.first?.heading == "Kargo")
        #expect(try verify() == [])
    }

    @Test("An update embeds only new texts, and files that are gone leave")
    func incremental() throws {
        _ = try update()
        #expect(try update().embedded == 0)
        #expect(try update().unchanged == 3)
        try folder.write("belgeler/iade.txt", "İade süresi otuz gündür.")
        try folder.write("belgeler/yeni.txt", "Mağazamız pazar günü açıktır.")
        try folder.remove("belgeler/kargo.md")
        let report = try update()
        #expect(report.added == 1 && report.changed == 1 && report.removed == 1)
        #expect(report.unchanged == 1 && report.embedded == 2 && report.passages == 4)
        #expect(try folder.search("kargoya verilir") { $0.mode = .lexical }.isEmpty)
        #expect(try folder.search("iade süresi").first?.text == "İade süresi otuz gündür.")
        #expect(try verify() == [])
    }

    @Test("Files in other encodings are converted and named, bytes that are no text passed over")
    func encodings() throws {
        // "Ürünü iade edin." as Turkish Windows writes it.
        let windows: [UInt8] = [0xDC, 0x72, 0xFC, 0x6E, 0xFC] + Array(" iade edin.".utf8)
        try folder.write("belgeler/eski.txt", Data(windows))
        try folder.write("belgeler/resim.txt", Data([0x89, 0x50, 0x4E, 0x47, 0x00, 0x1A]))
        let report = try update()
        #expect(report.added == 4 && report.converted.count == 1 && report.skipped.count == 1)
        #expect(report.converted.first?.hasSuffix("eski.txt: Windows-1254") == true)
        #expect(report.skipped.first?.contains("resim.txt") == true)
        #expect(try folder.search("ürünü iade").first?.text == "Ürünü iade edin.")
    }

    @Test("Endings count in either case, other kinds are counted, the index is none of its texts")
    func endings() throws {
        _ = try update()
        try folder.write("belgeler/KARGO.HTM", "<p>Kargo ücretsizdir.</p>")
        try folder.write("belgeler/fatura.ZIP", "PK")
        try folder.write("belgeler/imza.zip", "PK")
        let report = try update()
        #expect(report.added == 1 && report.others == ["zip": 2])
        let inner = IndexDirectory(folder.documents.appendingPathComponent("inner.index"))
        for _ in 0..<2 {
            let report = try IndexWriter(directory: inner, embedder: TrigramEmbedder())
                .update([folder.documents])
            #expect(report.others == ["zip": 2])
        }
    }

    @Test("An interrupted update leaves the old index, and the next one goes on where it stopped")
    func resume() throws {
        _ = try update()
        let lines = (0..<600).map { #"{"id": "\#($0)", "text": "Kayıt numarası \#($0) burada."}"# }
        try folder.write("belgeler/uzun.jsonl", lines.joined(separator: "\n"))
        let failing = TrigramEmbedder(failAfter: 300)
        #expect(throws: TrigramEmbedder.Interrupted.self) { try update(failing) }
        #expect(try IndexReader(folder.index, embedder: nil).statistics().passages == 4)
        #expect(try verify() == [])
        let report = try update()
        #expect(report.passages == 604)
        #expect(report.embedded == 600 - 256)
        #expect(try folder.search("Kayıt numarası 599") { $0.mode = .lexical }.first?.name == "599")
        #expect(try verify() == [])
    }

    @Test("Readers see the old state until an update is complete, then the new one")
    func isolation() throws {
        _ = try update()
        let reader = try IndexReader(folder.index, embedder: TrigramEmbedder())
        try folder.write("belgeler/yeni.txt", "Mağazamız pazar günü açıktır.")
        var writer = IndexWriter(directory: folder.index, embedder: TrigramEmbedder())
        var during: [Int] = []
        writer.progress = { _ in
            during.append(try reader.search(SearchRequest("pazar günü")).hits.count)
        }
        _ = try writer.update([folder.documents])
        #expect(during == [4])
        #expect(try reader.search(SearchRequest("pazar günü")).hits.count == 5)
    }

    @Test("Two writers do not meet")
    func locked() throws {
        var writer = IndexWriter(directory: folder.index, embedder: TrigramEmbedder())
        let path = folder.index.url.path
        let other = IndexWriter(directory: folder.index, embedder: TrigramEmbedder())
        writer.progress = { _ in
            #expect(throws: RetrievalError.locked(path: path)) { try other.update([]) }
        }
        _ = try writer.update([folder.documents])
    }

    @Test("Another model of the same dimension is refused with the command that helps")
    func fingerprint() throws {
        _ = try update()
        let other = TrigramEmbedder(name: "other")
        for open in [
            { _ = try IndexReader(folder.index, embedder: other) },
            { _ = try update(other) },
        ] {
            #expect {
                try open()
            } throws: { error in
                "\(error)".contains(
                    "ajan index --reembed --out \(folder.index.url.path) --model other")
            }
        }
        let report = try IndexWriter(directory: folder.index, embedder: other).reembed()
        #expect(report.embedded == 4)
        _ = try IndexReader(folder.index, embedder: other)
        #expect(try verify() == [])
    }

    @Test("What a device embedded is searched by the processor in f32, and added to by neither")
    func deviceIndex() throws {
        _ = try update(TrigramEmbedder(precision: "cuda-bf16"))
        for precision in ["f32", "cuda-f32", "cuda-bf16"] {
            let reader = TrigramEmbedder(precision: precision)
            _ = try IndexReader(folder.index, embedder: reader)
        }
        #expect(throws: RetrievalError.self) {
            _ = try IndexReader(folder.index, embedder: TrigramEmbedder(precision: "int8"))
        }
        #expect {
            _ = try update(TrigramEmbedder(precision: "cuda-f32"))
        } throws: { error in
            "\(error)".hasSuffix("--model trigrams --device cuda --precision f32")
        }
    }

    @Test("Filters choose documents by metadata, path and kind")
    func filters() throws {
        _ = try update()
        func names(_ filters: String...) throws -> [String] {
            try folder.search("gün fatura ödeme") { $0.filter = try MetadataFilter(filters) }
                .map { $0.name.isEmpty ? ($0.path as NSString).lastPathComponent : $0.name }
                .sorted()
        }
        #expect(try names("yil=2024") == ["s2"])
        #expect(try names("yil>=2023") == ["s1", "s2"])
        #expect(try names("yil<2024") == ["s1"])
        #expect(try names("yil!=2024") == ["iade.txt", "kargo.md", "s1"])
        #expect(try names("yil>=2023,5") == ["s2"])
        #expect(try names("yil=2024.0") == ["s2"])
        #expect(try names("kind=jsonl", "title~Öde") == ["s2"])
        #expect(try names("path~iade") == ["iade.txt"])
        #expect(throws: RetrievalError.self) { try MetadataFilter(["anlamsız"]) }
        #expect(throws: RetrievalError.self) { try names("yil' OR 1=1 --=2") }
    }

    @Test(
        "Filters that SQLite could not take are refused as requests",
        arguments: [
            "a\0b=1", "a=\u{1B}", "a\"b=1", "a\\b=1", "  =1",
            "a=" + String(repeating: "b", count: 255),
        ])
    func badFilters(_ filter: String) {
        #expect {
            try MetadataFilter([filter])
        } throws: { error in
            if case RetrievalError.request = error { true } else { false }
        }
    }

    @Test("32 filters are the limit, and work")
    func manyFilters() throws {
        _ = try update()
        let filters = (0..<33).map { "yil>=\(1990 + $0)" }
        let most = try MetadataFilter(Array(filters.prefix(32)))
        let hits = try folder.search("fatura") { $0.filter = most }
        #expect(hits.map(\.name).sorted() == ["s1", "s2"])
        #expect(throws: RetrievalError.self) { try MetadataFilter(filters) }
    }

    @Test("Every damaged part is found", arguments: ["vectors", "checksum", "row", "lexicon"])
    func damage(_ part: String) throws {
        _ = try update()
        let vectors = folder.index.vectors(generation: 1)
        var data = try Data(contentsOf: vectors)
        switch part {
        case "vectors": try FileManager.default.removeItem(at: vectors)
        case "checksum":
            data[data.count - 70] ^= 1
            try data.write(to: vectors)
        case "row":
            try tamper("DELETE FROM passage WHERE id = 2", without: "passage_delete")
        default:
            try tamper("DELETE FROM lexicon_docsize WHERE id = 1")
        }
        #expect(try !verify().isEmpty)
    }

    /// - Parameter trigger: is not there meanwhile.
    private func tamper(_ sql: String, without trigger: String? = nil) throws {
        try DatabaseQueue(path: folder.index.database.path).write { db in
            let kept = try String.fetchOne(
                db, sql: "SELECT sql FROM sqlite_master WHERE name = ?", arguments: [trigger])
            if let trigger { try db.execute(sql: "DROP TRIGGER \(trigger)") }
            try db.execute(sql: sql)
            if let kept { try db.execute(sql: kept) }
        }
    }

    @Test("What is no index is refused with a way out")
    func notAnIndex() throws {
        #expect(throws: RetrievalError.self) { try IndexReader(folder.index, embedder: nil) }
        #expect(throws: RetrievalError.self) {
            try IndexWriter(
                directory: IndexDirectory(folder.documents), embedder: TrigramEmbedder()
            )
            .update([folder.documents])
        }
    }

    @Test("Requests that make no sense are refused")
    func requests() throws {
        _ = try update()
        #expect(throws: RetrievalError.self) { try folder.search("  ") }
        #expect(throws: RetrievalError.self) { try folder.search("a") { $0.limit = 0 } }
        #expect(throws: RetrievalError.self) {
            try folder.search(String(repeating: "a", count: 4097))
        }
        #expect(throws: Never.self) { try folder.search(String(repeating: "a", count: 4096)) }
    }

    @Test("A bad file is passed over with its reason and keeps its old state")
    func badFile() throws {
        _ = try update()
        try folder.write("belgeler/sss.jsonl", "bozuk")
        let report = try update()
        #expect(report.skipped.isEmpty && report.outdated.count == 1)
        #expect(report.passages == 4)
        #expect(try verify() == [])
    }
}
