import AjanDocuments
import Foundation
import TestSupport
import Testing

/// A document of the fixtures, see `Tools/reference/make_office_fixtures.py`.
func fixture(_ name: String) throws -> Data {
    try Data(
        contentsOf: Repository.root.appendingPathComponent("Tests/DocumentsTests/Fixtures/\(name)"))
}

@Suite("Office documents become titled sections of plain text")
struct OfficeReaderTests {
    private static let readers: [(String, @Sendable (Data) throws -> [SourceDocument])] = [
        ("belge.docx", { [try WordReader.document($0)] }),
        ("rehber.docx", { [try WordReader.document($0)] }),
        ("rehber.odt", { [try OpenDocumentReader.document($0)] }),
        ("sunum.pptx", SlidesReader.documents),
        ("karar.udf", { [try CourtDocumentReader.document($0)] }),
    ]

    @Test("Word: headings by style in any language, no deleted text, no fields, nothing twice")
    func word() throws {
        let document = try WordReader.document(fixture("belge.docx"))
        #expect(document.title == "Mağaza El Kitabı")
        #expect(
            document.sections == [
                .init(text: "Giriş & özet."),
                .init(headings: ["İade"], text: "Ürünü 14 gün içinde iade edin."),
                .init(headings: ["İade", "Süre"], text: "Teslimden sonra."),
            ])
    }

    @Test("OpenDocument: headings by level or style, notes behind their paragraph, no comments")
    func openDocument() throws {
        let document = try OpenDocumentReader.document(fixture("rehber.odt"))
        #expect(document.title == "Mağaza El Kitabı")
        #expect(
            document.sections == [
                .init(text: "Giriş & özet."),
                .init(
                    headings: ["İade"],
                    text: "Ürünü 14 gün içinde iade edin.\nGıda ürünleri dışında."),
                .init(
                    headings: ["İade", "Ücretler"],
                    text: "Yurtiçi | 29,90 TL\nYurtdışı | 149 TL"),
                .init(headings: ["Mesafeli sözleşmeler"], text: Self.contract),
            ])
    }

    private static let contract = """
        Satıcı, cayma bildiriminin kendisine ulaştığı tarihten itibaren on dört gün içinde, toplam \
        bedeli, tüketiciyi herhangi bir yükümlülük altına sokmaksızın geri öder ve ödemeyi
        tüketicinin kullandığı ödeme aracıyla yapar. Şişli şubesi pazartesi kapalıdır.
        """

    @Test("Word as LibreOffice writes it: the same sections, notes at the end")
    func wordByLibreOffice() throws {
        let document = try WordReader.document(fixture("rehber.docx"))
        #expect(document.title == "Mağaza El Kitabı")
        #expect(
            document.sections.map(\.headings) == [
                [], ["İade"], ["İade", "Ücretler"], ["Mesafeli sözleşmeler"],
            ])
        #expect(document.sections[2].text == "Yurtiçi | 29,90 TL\nYurtdışı | 149 TL")
        #expect(document.sections[3].text == Self.contract + "\nGıda ürünleri dışında.")
    }

    @Test("slides in the order in which they are shown, empty ones counted, no speakers' notes")
    func slides() throws {
        let documents = try SlidesReader.documents(fixture("sunum.pptx"))
        #expect(documents.map(\.name) == ["slide=1", "slide=2"])
        #expect(documents.map(\.title) == ["Ödeme", "Kargo ve teslimat"])
        #expect(documents[0].sections == [.init(headings: ["Ödeme"], text: "Havale | %5 indirim")])
        #expect(
            documents[1].sections == [
                .init(
                    headings: ["Kargo ve teslimat"],
                    text: """
                        Siparişler iki iş günü içinde kargoya verilir.
                        Ücretsiz kargo 500 TL üstünde.
                        """)
            ])
        #expect(documents[1].metadata == ["slide": .number(2)])
    }

    @Test("a document of UYAP is its text, marks of XML included")
    func court() throws {
        let document = try CourtDocumentReader.document(fixture("karar.udf"))
        #expect(
            document.sections == [
                .init(
                    text: """
                        T.C.
                        ANKARA 3. ASLİYE HUKUK MAHKEMESİ
                        KARAR: Davanın kabulüne & tazminatın ödenmesine karar verildi.
                        """)
            ])
    }

    @Test("cut off anywhere, it is refused", arguments: readers.indices)
    func truncated(reader: Int) throws {
        let (name, read) = Self.readers[reader]
        let bytes = try fixture(name)
        for count in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 1_000)) {
            #expect(throws: DocumentDamage.self) { try read(bytes.prefix(count)) }
        }
    }

    @Test(
        "with any byte changed, it is read or refused, never more than it says",
        arguments: readers.indices)
    func damaged(reader: Int) throws {
        let (name, read) = Self.readers[reader]
        let bytes = try fixture(name)
        for index in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 1_000)) {
            for change: UInt8 in [0x01, 0x80, 0xFF] {
                var changed = bytes
                changed[index] ^= change
                let sections = (try? read(changed))?.flatMap(\.sections) ?? []
                #expect(sections.map(\.text.utf8.count).reduce(0, +) < 4_096)
            }
        }
    }

    @Test("one kind is no other", arguments: readers.indices)
    func otherKind(reader: Int) throws {
        let (name, _) = Self.readers[reader]
        let bytes = try fixture(name)
        for (other, read) in Self.readers where Self.kind(other) != Self.kind(name) {
            #expect(throws: DocumentDamage.self, "\(name) as \(other)") { try read(bytes) }
        }
    }

    private static func kind(_ name: String) -> Substring {
        name.split(separator: ".").last ?? ""
    }

    @Test("an entry beyond what the caller allows is not unpacked")
    func bounded() throws {
        let file = try ZipFile(fixture("belge.docx"))
        #expect(try file.contents("yok.xml", byteCountMax: 10) == nil)
        #expect(throws: DocumentDamage.self) {
            try file.contents("word/document.xml", byteCountMax: 100)
        }
        #expect(try file.contents("word/styles.xml", byteCountMax: 4_096)?.isEmpty == false)
    }
}
