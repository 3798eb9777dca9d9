import AjanDocuments
import AjanRetrieval
import Foundation
import Testing

@Suite("An index and the files that it mirrors")
struct SourceTests {
    let folder: IndexFolder

    init() throws {
        folder = try IndexFolder()
        try folder.write("belgeler/iade.txt", "İade süresi otuz gündür.")
        try folder.write("belgeler/alt/kargo.txt", "Kargo ücretsizdir.")
    }

    private func update(fields: RecordFields? = nil) throws -> UpdateReport {
        try IndexWriter(directory: folder.index, embedder: TrigramEmbedder())
            .update([folder.documents], fields: fields)
    }

    @Test("a folder that holds nothing any more keeps what the index has of it")
    func emptied() throws {
        _ = try update()
        try folder.remove("belgeler/iade.txt")
        try folder.remove("belgeler/alt")
        let report = try update()
        #expect(report.removed == 0 && report.passages == 2)
        #expect(report.outdated.first?.contains("--forget") == true)
        let forgotten = try IndexWriter(directory: folder.index, embedder: TrigramEmbedder())
            .update([], forgetting: [folder.documents])
        #expect(forgotten.removed == 2 && forgotten.passages == 0)
    }

    @Test("links are counted, lock files of Word passed over, files without text named")
    func others() throws {
        try folder.write("disarida.txt", "Dışarıda.")
        try FileManager.default.createSymbolicLink(
            at: folder.documents.appendingPathComponent("bag.txt"),
            withDestinationURL: folder.url.appendingPathComponent("disarida.txt"))
        try folder.write("belgeler/~$kitap.docx", "kilit")
        try folder.write("belgeler/bos.txt", "  \n")
        let report = try update()
        #expect(report.links == 1 && report.added == 3 && report.skipped.isEmpty)
        #expect(report.empty.count == 1 && report.empty[0].hasSuffix("bos.txt"))
    }

    @Test("a bad record is left out and named, the others are read")
    func badRecords() throws {
        try folder.write(
            "belgeler/sss.csv", "id,text\n1,Fatura ödenir.\n2,Virgül, fazla.\n3,Havale olur.\n")
        let report = try update()
        #expect(report.passages == 4 && report.incomplete.count == 1)
        #expect(report.incomplete[0].contains("1 of 3 records left out"))
        #expect(report.incomplete[0].contains("sss.csv:3"))
    }

    @Test("a file that breaks keeps its old text, and the report says so")
    func broken() throws {
        try folder.write("belgeler/sss.jsonl", #"{"text": "Eski fiyat on liradır."}"#)
        _ = try update()
        try folder.write("belgeler/sss.jsonl", "bozuk")
        let report = try update()
        #expect(report.skipped.isEmpty && report.outdated.count == 1)
        #expect(try folder.search("eski fiyat").first?.text == "Eski fiyat on liradır.")
    }

    @Test("columns may be chosen, in any case, and are remembered")
    func columns() throws {
        try folder.write(
            "belgeler/sss.csv", "sep=;\nNo;Soru;Cevap;Fiyat\n007;Kaç gün?;On dört gün.;1.249,90\n")
        #expect(try update().skipped.count == 1)
        let fields = RecordFields(text: ["soru", "CEVAP"], title: [], id: ["no"])
        #expect(try update(fields: fields).passages == 3)
        let hit = try #require(try folder.search("kaç gün").first)
        #expect(hit.text == "Kaç gün?\nOn dört gün." && hit.name == "007")
        #expect(hit.metadata == ["Fiyat": .number(1_249.9)])
        try folder.write("belgeler/ek.csv", "soru;cevap\nNe zaman?;Yarın.\n")
        #expect(try update().skipped.isEmpty)
        #expect(try folder.search("ne zaman").first?.text == "Ne zaman?\nYarın.")
    }

    @Test("titles are found, by words and by meaning, once")
    func titles() throws {
        try folder.write(
            "belgeler/duyuru.md", "---\ntitle: Yaz Saati Duyurusu\n---\nSaatler ileri alınır.")
        try folder.write("belgeler/bolum.md", "# Şarküteri\nÜrünler tazedir.")
        _ = try update()
        let hit = try #require(try folder.search("yaz saati duyurusu") { $0.mode = .lexical }.first)
        #expect(hit.heading == "Yaz Saati Duyurusu" && hit.text == "Saatler ileri alınır.")
        #expect(try folder.search("şarküteri").first?.heading == "Şarküteri")
    }

    @Test("the same passage in several places is one answer that names them")
    func copies() throws {
        try folder.write("belgeler/kopya.txt", "Kargo ücretsizdir.")
        _ = try update()
        let hits = try folder.search("kargo ücreti")
        #expect(hits.count == 2 && hits[0].copies.count == 1)
        #expect(
            Set(
                [hits[0].path, hits[0].copies[0].path].map {
                    URL(fileURLWithPath: $0).lastPathComponent
                })
                == ["kargo.txt", "kopya.txt"])
    }

    @Test(
        "filters know lists, codes, Turkish numbers, either form of letters, and name typing errors"
    )
    func filters() throws {
        let decomposed = "şehir".decomposedStringWithCanonicalMapping
        try folder.write(
            "belgeler/k.jsonl",
            """
            {"id": "a", "text": "Elma toplanır.", "etiket": ["meyve", "Taze"], "kod": "06420", "fiyat": 12.5}
            {"id": "b", "text": "Biber toplanır.", "etiket": ["sebze"], "kod": "6420", "\(decomposed)": "Iğdır"}
            """)
        _ = try update()
        func names(_ filters: String...) throws -> [String] {
            try folder.search("toplanır") { $0.filter = try MetadataFilter(filters) }.map(\.name)
                .sorted()
        }
        #expect(try names("etiket=meyve") == ["a"])
        #expect(try names("etiket~TAZE") == ["a"])
        #expect(try names("etiket!=meyve", "kind=jsonl") == ["b"])
        #expect(try names("kod=06420") == ["a"] && names("kod=6420") == ["b"])
        #expect(try names("fiyat>=12,5") == ["a"] && names("fiyat>12.5").isEmpty)
        #expect(try names("şehir=Iğdır") == ["b"])
        let error = #expect(throws: RetrievalError.self) { try names("etiketler=meyve") }
        #expect("\(error.map { "\($0)" } ?? "")".contains("there are: etiket, fiyat, kod"))
        let reader = try IndexReader(folder.index, embedder: nil)
        #expect(try reader.metadataFields() == ["etiket", "fiyat", "kod", "şehir"])
    }

    @Test("who may read but not write can search")
    func readOnly() throws {
        _ = try update()
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.index.url.path)
        #expect(names.contains("index.sqlite-wal") && names.contains("index.sqlite-shm"))
    }
}
