import AjanDocuments
import AjanRetrieval
import Foundation
import Testing

@Suite("Readers: files become titled sections of plain text")
struct ReaderTests {
    private func read(_ text: String, _ kind: SourceKind) throws -> [SourceDocument] {
        try DocumentReader().read(Data(text.utf8), kind: kind, path: "dosya").documents
    }

    @Test("Markdown keeps headings as a path, drops marks, leaves code alone")
    func markdown() throws {
        let document = try read(
            """
            ---
            yil: 2024
            konu: "iade"
            ---
            # Mağaza
            Giriş **metni** ve [bağlantı](https://ornek.tr/a).
            ## İade
            - Ürün 14 gün içinde `iade` edilir.
            ```
            # kod değil başlık
            ```
            # Kargo
            Aynı gün.
            """, .markdown)[0]
        #expect(document.title == "Mağaza")
        #expect(document.metadata == ["yil": .number(2024), "konu": .text("iade")])
        #expect(
            document.sections == [
                .init(headings: ["Mağaza"], text: "Giriş metni ve bağlantı."),
                .init(
                    headings: ["Mağaza", "İade"],
                    text: "Ürün 14 gün içinde iade edilir.\n# kod değil başlık"),
                .init(headings: ["Kargo"], text: "Aynı gün."),
            ])
    }

    @Test(
        "tables of Turkish spreadsheets are parted by semicolons, exported ones by tabs",
        arguments: [(";", MetadataValue.number(12.5)), ("\t", .text("12,5"))])
    func separators(_ separator: String, _ price: MetadataValue) throws {
        let rows = [["id", "metin", "\"fiyat, TL; %\""], ["7", "İade süresi, 14 gün", "12,5"]]
        let text = rows.map { $0.joined(separator: separator) }.joined(separator: "\n")
        let documents = try read(text, .csv)
        #expect(documents.count == 1)
        #expect(documents[0].sections == [.init(text: "İade süresi, 14 gün")])
        #expect(documents[0].metadata == ["fiyat, TL; %": price])
    }

    @Test("HTML gives the text that people read")
    func html() throws {
        let document = try read(
            """
            <!doctype html><html><head><title>S&#305;k sorulanlar</title>
            <style>p { color: red }</style><script>var a = "<p>yok</p>";</script></head>
            <body><!-- gizli <p> --><h1>Kargo</h1><p title="a > b">Sipari&scedil;ler <b>ayn&imath;</b>
            g&uuml;n &amp; h&#x131;zla çıkar.</p><p>2 < 3</p></body>
            """, .html)[0]
        #expect(document.title == "Sık sorulanlar")
        #expect(
            document.sections == [
                .init(
                    headings: ["Kargo"],
                    text: "Siparişler aynı gün & hızla çıkar.\n2 < 3")
            ])
    }

    @Test(
        "Broken HTML never fails and never hangs",
        arguments: [
            "<", "<p", "<!--", "</", "<a href='", "&#xFFFFFFFFFF;", "&", "<script>", "<h1>a",
        ])
    func brokenHTML(_ html: String) throws {
        #expect(try read(html, .html).count == 1)
    }

    @Test("CSV keeps quoted separators and line ends; identifiers stay as written")
    func csv() throws {
        let documents = try read(
            "id,title,text,fiyat\r\n007,Bir,\"İki, \"\"üç\"\"\nsatır\",12.5\n8,,dört,\n", .csv)
        #expect(documents.count == 2)
        #expect(documents[0].name == "007")
        #expect(documents[0].sections == [.init(headings: ["Bir"], text: "İki, \"üç\"\nsatır")])
        #expect(documents[0].metadata == ["fiyat": .number(12.5)])
        #expect(documents[1].title == nil)
    }

    @Test(
        "A file without one record that can be read is refused, by its first line",
        arguments: [
            ("\n{bozuk}\n", SourceKind.jsonl, 2),
            (" \n\n{\"baska\": 1}\n", .jsonl, 3),
            ("text,b\n3\n", .csv, 2),
            ("text\n\"açık", .csv, 2),
            ("b\n1\n", .csv, 2),
        ])
    func recordErrors(_ text: String, _ kind: SourceKind, _ line: Int) {
        #expect {
            try read(text, kind)
        } throws: { error in
            guard case RetrievalError.source("dosya", line, _) = error else { return false }
            return true
        }
    }

    @Test(
        "JSONL takes text, title and id, the rest becomes metadata; objects are passed over")
    func jsonl() throws {
        let documents = try read(
            #"{"_id": "a1", "title": "Başlık", "text": "Metin.", "yil": 1923, "x": [1], "y": null, "z": {"a": 1}}"#,
            .jsonl)
        #expect(documents[0].name == "a1")
        #expect(documents[0].title == "Başlık")
        #expect(documents[0].metadata == ["yil": .number(1923), "x": .list([.number(1)])])
    }
}
