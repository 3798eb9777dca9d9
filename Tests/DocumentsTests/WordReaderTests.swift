import Documents
import Foundation
import TestSupport
import Testing

@Suite("Word documents become titled sections of plain text")
struct WordReaderTests {
    private let bytes: Data

    init() throws {
        bytes = try Data(
            contentsOf: Repository.root
                .appendingPathComponent("Tests/DocumentsTests/Fixtures/belge.docx"))
    }

    @Test("headings by style in any language of Word, no deleted text, no fields, nothing twice")
    func document() throws {
        let document = try WordReader.document(bytes)
        #expect(document.title == "Mağaza El Kitabı")
        #expect(
            document.sections == [
                .init(text: "Giriş & özet."),
                .init(headings: ["İade"], text: "Ürünü 14 gün içinde iade edin."),
                .init(headings: ["İade", "Süre"], text: "Teslimden sonra."),
            ])
    }

    @Test("cut off anywhere, it is refused")
    func truncated() {
        for count in 0..<bytes.count {
            #expect(throws: ZipFile.Damage.self) { try WordReader.document(bytes.prefix(count)) }
        }
    }

    @Test("with any byte changed, it is read or refused, never more than it says")
    func damaged() throws {
        for index in bytes.indices {
            for change: UInt8 in [0x01, 0x80, 0xFF] {
                var changed = bytes
                changed[index] ^= change
                let document = try? WordReader.document(changed)
                let count = document?.sections.map(\.text.utf8.count).reduce(0, +) ?? 0
                #expect(count < 4_096)
            }
        }
    }

    @Test("an entry beyond what the caller allows is not unpacked")
    func bounded() throws {
        let file = try ZipFile(bytes)
        #expect(try file.contents("yok.xml", byteCountMax: 10) == nil)
        #expect(throws: ZipFile.Damage.self) {
            try file.contents("word/document.xml", byteCountMax: 100)
        }
        #expect(try file.contents("word/styles.xml", byteCountMax: 4_096)?.isEmpty == false)
    }
}
