import AjanDocuments
import Testing

@Suite("HTML is read as people read it, and never loses text without a word")
struct HTMLReaderTests {
    private typealias Section = SourceDocument.Section

    /// The text of all sections, a line for each of the page.
    private static func text(_ html: String) -> String {
        HTMLReader.document(html).sections.map(\.text).joined(separator: "\n")
    }

    // MARK: Broken pages

    @Test("a heading that nobody ended ends at the next block, or with the page")
    func headings() {
        let page = HTMLReader.document(
            "<h1>Kampanya<p>Bahar indirimi başladı.</p><h2>Süre<br>ve koşullar<div>Mayıs sonuna dek.</div>"
        )
        #expect(page.title == "Kampanya")
        #expect(
            page.sections == [
                Section(headings: ["Kampanya"], text: "Bahar indirimi başladı."),
                Section(headings: ["Kampanya", "Süre ve koşullar"], text: "Mayıs sonuna dek."),
            ])
        let last = HTMLReader.document("<p>Giriş</p><h1>Duyuru")
        #expect(last.sections == [Section(text: "Giriş")] && last.title == "Duyuru")
        // A block that a heading begins with is part of it.
        let inside = HTMLReader.document("<h2><div>İade</div></h2><p>14 gün.</p>")
        #expect(inside.sections == [Section(headings: ["İade"], text: "14 gün.")])
        // A page of headings only is text all the same.
        #expect(Self.text("<h1>Duyuru</h1><h2>Yarın kapalıyız</h2>") == "Duyuru\nYarın kapalıyız")
    }

    @Test(
        "quotes open a value only behind an equals sign, and need an end of their own",
        arguments: [
            "<img alt=15.6\" src=x.jpg><p>Ekran temizliği</p>",
            "<img alt=\"15.6\"\" src=x.jpg><p>Ekran temizliği</p>",
            "<p title='5 > 3'>Ekran temizliği</p>",
            "<p title = \"5 > 3\" id=a>Ekran temizliği</p>",
            "<a href=/ekran/>Ekran temizliği</a>",
            "<img alt=\"ekran><p>Ekran <a href=\"/x\">temizliği</a></p>",
            "<img alt=\"ekran><p>Ekran temizliği</p>",
            "<p class='a'id=\"b\"data-x>Ekran temizliği</p>",
        ])
    func quotes(_ html: String) {
        #expect(Self.text(html) == "Ekran temizliği")
    }

    @Test(
        "what has no end takes no more of the page than in a browser",
        arguments: [
            // Code and comments take the rest, as in browsers.
            ("<p>Önce</p><script>var a = 1; <p>Sonra</p>", "Önce"),
            ("<p>Önce</p><style>p { } <p>Sonra</p>", "Önce"),
            ("<p>Önce</p><!-- yorum <p>Sonra</p>", "Önce"),
            ("<p>Önce</p><p class=", "Önce"),
            // All else does not.
            ("<title>Başlık<p>Sonra</p>", "Sonra"),
            ("<textarea>Mesaj<p>Sonra</p>", "Mesaj\nSonra"),
            ("<![CDATA[ veri <b>kalın</b><p>Sonra</p>", "kalın\nSonra"),
            ("<iframe src=x><p>Sonra</p>", "Sonra"),
            ("<noscript><p>Sonra</p>", "Sonra"),
            ("<div><nav>Menü</div><p>Sonra</p>", "Sonra"),
            ("<p>Fiyat <span hidden>eski<p>Sonra</p>", "Fiyat\nSonra"),
            ("<div>Fiyat<select><option>TL</div><p>Sonra</p>", "Fiyat\nSonra"),
        ])
    func unclosed(_ html: String, _ text: String) {
        #expect(Self.text(html) == text)
    }

    @Test(
        "comments end as in browsers, code where its end tag stands",
        arguments: [
            ("<!-->Sipariş <!--->no<!-- a -- b --!>: 7<!-- <p> -->", "Sipariş no: 7"),
            ("<script>a = '<p>' + \"</nav>\"</script>Sipariş", "Sipariş"),
            ("<STYLE>p > a { }</Style >Sipariş", "Sipariş"),
            ("<![CDATA[Koşul: a < b]]> geçerli", "Koşul: a < b geçerli"),
            ("5 < 7, a<7, <3 ve </ a>son", "5 < 7, a<7, <3 ve son"),
            ("<?php echo 1 ?>Sipariş<!doctype html \">", "Sipariş"),
        ])
    func passedOver(_ html: String, _ text: String) {
        #expect(Self.text(html) == text)
    }

    @Test("the title is the first one, and not that of a picture")
    func title() {
        let page = HTMLReader.document(
            "<title> Kargo &amp;\n iade </title><svg><title>Logo</title><text>Sepet</text></svg><p>Metin"
        )
        #expect(page.title == "Kargo & iade")
        #expect(page.sections == [Section(text: "Metin")])
    }

    // MARK: What is left out

    @Test(
        "menus, banners, forms' controls and what is hidden stay out",
        arguments: [
            "<nav><ul><li>Anasayfa<nav>Alt</nav><li>Ürünler</ul></nav>",
            "<header><div>Mağaza</div><nav>Menü</nav></header>",
            "<header><h1/><p>Menü</p></header>",
            "<footer><p>Tüm hakları saklıdır</p></footer>",
            "<main><aside>İlgili ürünler</aside></main>",
            "<div role=\"dialog\"><div>Çerez</div><button>Kabul et</button></div>",
            "<div role='navigation'><div>Menü</div></div>",
            "<section role=contentinfo>İletişim</section>",
            "<dialog open>Bültene katılın</dialog>",
            "<div hidden><p>Gizli<div>Daha gizli</div></div>",
            "<p hidden>Gizli",
            "<ul><li hidden>Gizli<li aria-hidden=\"true\">Süs</ul>",
            "<span aria-hidden=\"true\"><i>*</i><span>*</span></span>",
            "<template><p>Kalıp</p></template><noscript><img alt=x>Betik yok</noscript>",
            "<select><optgroup label=a><option>TL<option>Avro</select><button>Sepete ekle</button>",
            "<textarea>Mesaj </p></textarea><iframe><p>Çerçeve</p></iframe>",
            "<video>Tarayıcınız video oynatmıyor.</video><svg><text>Grafik</text></svg>",
            "<img hidden alt=a><input hidden><br hidden>",
        ])
    func chrome(_ html: String) {
        #expect(Self.text(html + "<p>Ürünler 14 gün içinde iade edilir.</p>") == Self.answer)
        let around = "<div>\(html)<p>Ürünler 14 gün içinde iade edilir.</p>\(html)</div>"
        #expect(Self.text(around) == Self.answer)
    }

    private static let answer = "Ürünler 14 gün içinde iade edilir."

    @Test(
        "what belongs to the text stays in",
        arguments: [
            (
                "<article><header>Yazı</header><p>Metin<footer>Kaynak</footer></article>",
                "Yazı\nMetin\nKaynak"
            ),
            ("<main><header><p>Özet</p></header></main><p>Metin", "Özet\nMetin"),
            ("<blockquote>Söz<footer>Yunus Emre</footer></blockquote>", "Söz\nYunus Emre"),
            ("<article><aside>Dikkat: kırılır.</aside></article>", "Dikkat: kırılır."),
            ("<form><label>Ad</label><p>Koşullar</p></form>", "Ad\nKoşullar"),
            ("<div role=tabpanel hidden>İkinci sekme</div>", "İkinci sekme"),
            ("<div hidden=until-found>Cevap</div>", "Cevap"),
            ("<body hidden><p>Metin</body>", "Metin"),
            ("<main>Ana metin</main><p>Ek soru</p>", "Ana metin\nEk soru"),
            ("<details><summary><button>Süre?</button></summary>14 gün</details>", "Süre?\n14 gün"),
        ])
    func kept(_ html: String, _ text: String) {
        #expect(Self.text(html) == text)
    }

    @Test("questions that are buttons are headings, the name of a page is read in its header")
    func namesOfSections() {
        let page = HTMLReader.document(
            """
            <header><a href=/>Mağaza</a><h1>Sık <i aria-hidden=true>*</i>sorulanlar</h1><p>Menü</p></header>
            <h2><button>Kargo ne zaman gelir?</button></h2><div role=region hidden>İki günde.</div>
            <button><h2>İade nasıl yapılır?</h2></button><div>Formla.</div>
            """)
        #expect(
            page.sections == [
                Section(headings: ["Sık sorulanlar", "Kargo ne zaman gelir?"], text: "İki günde."),
                Section(headings: ["Sık sorulanlar", "İade nasıl yapılır?"], text: "Formla."),
            ])
    }

    @Test(
        "a page that has nothing else is read with what would stay out",
        arguments: [
            "<header><h1>İade</h1><p>14 gün içinde.</p></header>",
            "<title>İade</title><div aria-hidden=true><p>14 gün içinde.</p></div><template>a</template>",
            "<footer>14 gün içinde.</footer>", "<noscript><p>14 gün içinde.</p></noscript>",
        ])
    func nothingElse(_ html: String) {
        #expect(Self.text(html) == "14 gün içinde.")
    }

    // MARK: Lines

    @Test("rows of tables are lines")
    func tables() {
        let page = """
            <table><caption>Kargo ücretleri</caption><thead><tr><th>Bölge<th>Ücret</thead>
            <tr><td>Yurtiçi</td><td></td><td><p>29,90<br>TL</p></td></tr>
            <tr><td>Yurtdışı<td><b>149</b> TL
            <tr><td>Ada<td><table><tr><td>Yaz<td>59 TL<tr><td>Kış<td>79 TL</table></table><p>Son
            """
        #expect(
            Self.text(page) == """
                Kargo ücretleri
                Bölge | Ücret
                Yurtiçi | 29,90 TL
                Yurtdışı | 149 TL
                Ada | Yaz 59 TL Kış 79 TL
                Son
                """)
        #expect(Self.text("<table><td>Bir<td>İki<tr><td>Üç") == "Bir | İki\nÜç")
        #expect(Self.text("<tr><td>Bir<td>İki</table>Üç") == "Bir\nİki\nÜç")
        #expect(
            Self.text("<table><tr><th><h3>Paket</h3><th><h3>Fiyat</h3></table>") == "Paket | Fiyat")
    }

    @Test("cells that hold parts of the page are no row")
    func layout() {
        let paragraph = String(repeating: "Ürünler iki iş günü içinde kargoya verilir. ", count: 5)
        let text = String(paragraph.dropLast())
        let page = HTMLReader.document(
            """
            <table><tr><td>Menü<br>Sepet</td><td><h1>Kargo</h1><p>\(paragraph)</p><p>\(paragraph)</p>
            <table><tr><td>Yurtiçi<td>29,90 TL<tr><td>Yurtdışı<td>149 TL</table></td></tr></table>
            """)
        let table = "Yurtiçi | 29,90 TL\nYurtdışı | 149 TL"
        #expect(
            page.sections == [
                Section(text: "Menü\nSepet"),
                Section(headings: ["Kargo"], text: "\(text)\n\(text)\n\(table)"),
            ])
        let plain = "<table><tr><td>\(paragraph)<br>\(paragraph)<td>Yan</table>"
        #expect(Self.text(plain) == "\(text)\n\(text)\nYan")
        let single = "<table><tr><td><p>Bir</p><p>İki</p></table>"
        #expect(Self.text(single) == "Bir\nİki")
    }

    @Test(
        "items, terms, captions and line breaks part lines, code keeps its own",
        arguments: [
            ("<ul><li>Bir<ul><li>İki</ul><li>Üç</ul>", "Bir\nİki\nÜç"),
            ("<dl><dt>Süre<dd>14 gün<dt>Ücret<dd>Yok</dl>", "Süre\n14 gün\nÜcret\nYok"),
            (
                "<figure><img alt=a>Resim<figcaption>Alt yazı</figcaption></figure>Metin",
                "Resim\nAlt yazı\nMetin"
            ),
            ("<details><summary>Soru</summary>Cevap</details>", "Soru\nCevap"),
            ("Bir<br>İki<br/>Üç</br>Dört<hr>Beş", "Bir\nİki\nÜç\nDört\nBeş"),
            ("<p>Kargo&nbsp;<b>bed</b>ava\n\t dır.", "Kargo bedava dır."),
            (
                "<p>a</p><pre>\nif x:\n    y = 1  \n\n    z<br>son\n</pre><p>b",
                "a\nif x:\n    y = 1\n\n    z\nson\nb"
            ),
        ])
    func lines(_ html: String, _ text: String) {
        #expect(Self.text(html) == text)
    }

    // MARK: Character references

    @Test(
        "character references are those of HTML 4 and of Turkish",
        arguments: [
            ("3 &times; 5 &sect; 4, &frac12;, &trade;&laquo;&raquo;", "3 × 5 § 4, ½, ™«»"),
            (
                "caf&eacute;, voil&agrave;, M&auml;rz, &Scedil;i&scedil;li, ı&gbreve;d&imath;r",
                "café, voilà, März, Şişli, ığdır"
            ),
            (
                "149 &lira;, 5 &euro;, &permil;, &infin;, &alpha;&Omega;&thetasym;",
                "149 ₺, 5 €, ‰, ∞, αΩϑ"
            ),
            ("1950 &#150; 1960, &#x93;s&ouml;z&#148;, &#128;", "1950 – 1960, “söz”, €"),
            (
                "a &lt b &amp c&copy2024 &ampamp; T&Uuml;RK &AMP; &notit;",
                "a < b & c©2024 &amp; TÜRK & ¬it;"
            ),
            (
                "R&D &bilinmeyen; &; &#; &#x; &eacut &trade &",
                "R&D &bilinmeyen; &; &#; &#x; &eacut &trade &"
            ),
            (
                "&#0;&#xD800;&#x110000;&#99999999999999999999;&#73",
                "\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}I"
            ),
        ])
    func references(_ html: String, _ text: String) {
        #expect(Self.text(html) == text)
    }

    // MARK: Hostile pages

    private static let floods = [
        "<", "<a ", "<a b=\"", "<a b=\">", "<a b='>", "<!--", "<![CDATA[>", "</", "</p>", "<div>",
        "<p>", "<h1>", "<h1><div>", "<li>", "<td>", "<table><tr><td>a", "<title>", "<textarea>",
        "<script>", "<nav>", "<b hidden>", "<pre>a\n", "&", "&#1", "&abcdefgh", "&amp", "a ",
    ]

    @Test("300,000 bytes of anything end in time", arguments: floods)
    func flood(_ piece: String) {
        let page = String(repeating: piece, count: 300_000 / piece.utf8.count)
        let elapsed = ContinuousClock().measure { _ = HTMLReader.document(page) }
        // Far below a second where it was written; what is not linear takes minutes.
        #expect(elapsed < .seconds(60))
    }

    @Test("depth and width together end in time")
    func depth() {
        let count = 50_000
        let pages = [
            String(repeating: "<div>", count: count) + String(repeating: "</p><p>", count: count),
            String(repeating: "<table><tr><td>", count: count / 4)
                + String(repeating: "a<br>", count: count),
            "<h1>" + String(repeating: " ", count: count)
                + String(repeating: "<div>", count: count),
            "<a b=\"" + String(repeating: "x>", count: count),
        ]
        for page in pages {
            let elapsed = ContinuousClock().measure { _ = HTMLReader.document(page) }
            #expect(elapsed < .seconds(60))
        }
    }
}
