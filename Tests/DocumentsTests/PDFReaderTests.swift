import AjanDocuments
import Foundation
import TestSupport
import Testing

@Suite("PDF documents become a document for each page")
struct PDFReaderTests {
    @Test(
        "pages by number, running lines gone, a sentence whole on the page that it begins on",
        .enabled(if: PDFReader.isAvailable, "pdftotext is not installed"))
    func document() throws {
        let pages = try PDFReader.documents(fixture("rehber.pdf"))
        #expect(pages.map(\.name) == ["page=1", "page=2", "page=3"])
        #expect(pages[2].metadata == ["page": .number(3)])
        let texts = pages.map { $0.sections.map(\.text).joined() }
        #expect(texts[0].contains("Mağaza El Kitabı"))
        #expect(texts[0].contains("14 gün içinde iade edin"))
        #expect(
            texts[1].hasSuffix("geri öder ve ödemeyi tüketicinin kullandığı ödeme aracıyla yapar."))
        #expect(texts[2] == "Şişli şubesi pazartesi kapalıdır.")
        #expect(texts.allSatisfy { !$0.contains("Örnek Mağaza A.Ş.") })
    }

    @Test(
        "what is no PDF is refused with the reason",
        .enabled(if: PDFReader.isAvailable, "pdftotext is not installed"))
    func refused() throws {
        let bytes = try fixture("rehber.pdf")
        for damaged in [Data(), Data("merhaba".utf8), bytes.prefix(2_000)] {
            #expect(throws: DocumentDamage.self) { try PDFReader.documents(damaged) }
        }
    }

    @Test("lines of many pages go, whatever number they hold; others stay")
    func runningLines() {
        let body = ["Birinci konu.", "İkinci konu.", "Üçüncü konu.", "Dördüncü konu."]
        let text = body.enumerated().map { index, line in
            "KILAVUZ\n\n\(line)\nAynı ara satır\n\n\(line) Sürüyor.\nSon söz.\n\n- \(index + 9) -\n\u{0C}"
        }
        let pages = PDFPages(text.joined()).texts
        #expect(pages.count == 4)
        #expect(pages[0] == "Birinci konu. Aynı ara satır\n\nBirinci konu. Sürüyor.")
        #expect(PDFPages("KISA\n\u{0C}KISA\n\u{0C}").texts == ["KISA", "KISA"])
    }

    @Test("words and sentences that a page cuts are joined; a new sentence stays where it is")
    func cutSentences() {
        let pages = PDFPages(
            "Yükümlülük-\n\u{0C}\n\u{0C}lerini açıklar. Sonra gelir.\n\u{0C}Yeni sayfa.\n\u{0C}")
        #expect(pages.texts == ["Yükümlülüklerini açıklar.", "", "Sonra gelir.", "Yeni sayfa."])
        #expect(PDFPages("Bitti.\n\u{0C}küçük harfle\n\u{0C}").texts == ["Bitti.", "küçük harfle"])
        #expect(
            PDFPages("Tümü geçer\n\u{0C}öteki sayfaya\n\u{0C}").texts == [
                "Tümü geçer öteki sayfaya", "",
            ])
        #expect(PDFPages("").texts.isEmpty)
    }
}
