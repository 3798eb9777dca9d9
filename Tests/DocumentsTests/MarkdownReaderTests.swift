import AjanDocuments
import Testing

@Suite("Markdown is read as it is shown")
struct MarkdownReaderTests {
    private typealias Section = SourceDocument.Section

    private static func text(_ markdown: String) -> String {
        MarkdownReader.document(markdown).sections.map(\.text).joined(separator: "\n")
    }

    @Test("headings may be underlined; dashes below anything else part it from what follows")
    func underlined() {
        let page = MarkdownReader.document(
            """
            Mağaza rehberi
            ==============
            Giriş metni
            iki satırdır.

            İade
            koşulları
            ---
            - Fatura
            ---
            1. Form
            ---
            > Söz
            ---
            Son
            ***
            """)
        #expect(page.title == "Mağaza rehberi")
        #expect(
            page.sections == [
                Section(headings: ["Mağaza rehberi"], text: "Giriş metni\niki satırdır."),
                Section(
                    headings: ["Mağaza rehberi", "İade koşulları"],
                    text: "Fatura\n1. Form\nSöz\nSon"),
            ])
        let long = String(repeating: "Ürünler iki iş günü içinde kargoya verilir. ", count: 5)
        #expect(Self.text("\(long)\n---\nSon") == "\(long.dropLast())\nSon")
    }

    @Test("rows of tables are lines")
    func tables() {
        let page = """
            | Bölge | Süre | Ücret |
            |:------|:----:|------:|
            | Yurtiçi | | **29,90** TL |
            Yurtdışı | 7 gün | a \\| b

            a | b
            Ek: bir | iki
            --- | ---
            üç | dört
            # Son
            - | -
            """
        let document = MarkdownReader.document(page + "\nMetin")
        #expect(
            document.sections == [
                Section(
                    text: """
                        Bölge | Süre | Ücret
                        Yurtiçi | 29,90 TL
                        Yurtdışı | 7 gün | a | b

                        a | b
                        Ek: bir | iki
                        üç | dört
                        """),
                Section(headings: ["Son"], text: "| -\nMetin"),
            ])
    }

    @Test(
        "comments, definitions and marks go, text stays",
        arguments: [
            ("Önce <!-- gizli -->sonra\n<!-- iki\nsatır --> son", "Önce sonra\nson"),
            ("Önce\n<!-- kapanmamış\nsonra", "Önce\n<!-- kapanmamış\nsonra"),
            ("`<!-- kod -->` kalır", "<!-- kod --> kalır"),
            (
                "[Kargo][k], [iade], [k][] ve [yok][x]\n\n[k]: /kargo 'Kargo'",
                "Kargo, [iade], k ve [yok][x]"
            ),
            ("[Not]: Kargo ücretsiz değildir.", "[Not]: Kargo ücretsiz değildir."),
            ("Süre[^1] kısa.\n[^1]: On dört gün.", "Süre kısa.\nOn dört gün."),
            ("[![rozet](a.svg)](b) [ay](/a_(b)) ![resim](c.png)", "rozet ay resim"),
            ("- [ ] Fatura\n* [x] Kutu\n1. [X] Form\n2) Kargo", "Fatura\nKutu\n1. Form\n2) Kargo"),
            ("> > - Söz\n>Fiyat", "Söz\n>Fiyat"),
            ("C# ve F#", "C# ve F#"),
            ("Kalın **yazı** ve `kod`", "Kalın yazı ve kod"),
        ])
    func marks(_ markdown: String, _ text: String) {
        #expect(Self.text(markdown) == text)
    }

    @Test("code between fences stays as it is, whatever it looks like")
    func code() {
        let code = "<!-- a -->\n# b\nc\n===\n| d | e |\n|---|---|\n[f]: /g\n```\n- [ ] h"
        #expect(Self.text("````md\n\(code)\n````\nSon") == "\(code)\nSon")
        #expect(Self.text("~~~\n```\n~~~\n- Son") == "```\nSon")
        #expect(Self.text("```satır``` içi\n- Son") == "satır içi\nSon")
    }

    @Test("marks at the end of a heading go, those of its words stay")
    func headings() {
        let page = MarkdownReader.document("# C# dili ##\nMetin\n## F#\nMetin\n###\nSon")
        #expect(
            page.sections == [
                Section(headings: ["C# dili"], text: "Metin"),
                Section(headings: ["C# dili", "F#"], text: "Metin"),
                Section(headings: ["C# dili", "F#"], text: "Son"),
            ])
    }

    private static let floods = [
        "[", "[a](", "](", "[a][", "[a]: /", "<!--", "`<!--", "<!--\n", "`", "|", "a|b\n-|-\n",
        "a\n---\n", "a\n", "> ", "#", "- [ ] ", "```\n",
    ]

    @Test("300,000 bytes of anything end in time", arguments: floods)
    func flood(_ piece: String) {
        let page = String(repeating: piece, count: 300_000 / piece.utf8.count)
        let elapsed = ContinuousClock().measure { _ = MarkdownReader.document(page) }
        // Far below a second where it was written; what is not linear takes minutes.
        #expect(elapsed < .seconds(60))
    }

    @Test("links inside of links end in time")
    func depth() {
        let count = 60_000
        let open = String(repeating: "[", count: count)
        for close in ["](b)", "][]", "[^1]"] {
            let page = open + "Son" + String(repeating: close, count: count)
            let elapsed = ContinuousClock().measure { _ = MarkdownReader.document(page) }
            #expect(elapsed < .seconds(60))
        }
        #expect(Self.text("[[[Son](a)](b)](c)") == "Son")
    }
}
