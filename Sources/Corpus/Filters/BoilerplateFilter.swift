/// Lines of Turkish web pages that are no text: cookie and KVKK notices, menus, calls to read on,
/// to subscribe, to share.
struct BoilerplateFilter: Sendable {
    static let version = 1

    private let phrases: [Int: Set<UInt64>]

    /// Longer lines are text that mentions such a phrase.
    private static let byteCountMax = 400
    private static let wordsMax = 40
    /// A short line is boilerplate when a phrase makes up this share of its words.
    private static let phraseShareMin = 0.25
    private static let menuItemsMin = 4

    init() {
        var phrases: [Int: Set<UInt64>] = [:]
        for phrase in Self.list.split(separator: "\n") {
            let hashes = FoldedText(phrase.utf8).wordHashes
            phrases[hashes.count, default: []].insert(
                WordRuns(hashes).hash(0, hashes.count))
        }
        self.phrases = phrases
    }

    func isBoilerplate(_ line: String) -> Bool {
        guard line.utf8.count <= Self.byteCountMax else { return false }
        return isMenu(line) || holdsPhrase(FoldedText(line.utf8))
    }

    /// Items between bars, arrows or bullets: "Ana Sayfa | Hakkımızda | Ürünler | İletişim".
    private func isMenu(_ line: String) -> Bool {
        var separators = 0
        for scalar in line.unicodeScalars {
            switch scalar {
            case "|", "›", "»", "•", "·", "→": separators += 1
            default: break
            }
        }
        return separators >= Self.menuItemsMin - 1
            && line.utf8.count / (separators + 1) < 32
    }

    private func holdsPhrase(_ text: FoldedText) -> Bool {
        let count = text.wordCount
        guard count > 0, count <= Self.wordsMax else { return false }
        let runs = WordRuns(text.wordHashes)
        for (size, hashes) in phrases
        where size <= count && Double(size) >= Self.phraseShareMin * Double(count) {
            for start in 0...(count - size) where hashes.contains(runs.hash(start, size)) {
                return true
            }
        }
        return false
    }

    private static let list = """
        devamını oku
        devamını okumak için tıklayın
        daha fazlasını oku
        haberin devamı
        haberin devamı için tıklayınız
        yazının devamı
        detaylı bilgi için tıklayınız
        detaylar için tıklayın
        ayrıntılar için tıklayınız
        çerez politikası
        çerez politikamızı
        çerezleri kabul et
        tüm çerezleri kabul et
        çerez tercihlerini yönet
        sitemizde çerezler kullanılmaktadır
        web sitemizde çerezler kullanılmaktadır
        internet sitemizde çerezler
        bu sitede çerezler
        bu web sitesi çerezleri kullanır
        çerez kullanımını kabul etmiş
        çerezlerin kullanımını kabul
        kişisel verilerin korunması kanunu kapsamında
        kişisel verilerin korunması politikası
        kvkk aydınlatma metni
        kvkk kapsamında aydınlatma metni
        aydınlatma metnini okudum
        aydınlatma metni için tıklayınız
        açık rıza metni
        gizlilik politikası
        gizlilik sözleşmesi
        gizlilik ve çerez politikası
        kullanım koşulları
        kullanım şartları
        mesafeli satış sözleşmesi
        üyelik sözleşmesi
        tüm hakları saklıdır
        her hakkı saklıdır
        izinsiz kopyalanamaz
        kaynak gösterilmeden kullanılamaz
        kaynak gösterilmeden alıntı yapılamaz
        ana sayfaya dön
        anasayfaya dön
        sayfa başına dön
        yukarı çık
        bizi takip edin
        bizi sosyal medyada takip edin
        sosyal medya hesaplarımız
        facebook ta paylaş
        twitter da paylaş
        whatsapp ta paylaş
        arkadaşına gönder
        bu haberi paylaş
        bu yazıyı paylaş
        bültenimize abone olun
        e bültenimize kayıt olun
        e bülten aboneliği
        kampanyalardan haberdar olun
        sepete ekle
        sepete git
        hemen satın al
        favorilere ekle
        ürünü karşılaştır
        stokta yok
        stoğa gelince haber ver
        ücretsiz kargo
        üye girişi
        üye ol
        giriş yap
        kayıt ol
        şifremi unuttum
        hesap oluştur
        yorum yapın
        yorum yaz
        yorum yapmak için giriş yapmalısınız
        yorum yapabilmek için giriş yapmalısınız
        e posta hesabınız yayımlanmayacak
        gerekli alanlar ile işaretlenmişlerdir
        bir cevap yazın
        bir yanıt yazın
        cevabı iptal et
        ilk yorumu siz yapın
        henüz yorum yapılmamış
        önceki yazı
        sonraki yazı
        önceki sayfa
        sonraki sayfa
        benzer yazılar
        benzer haberler
        benzer ürünler
        ilgili haberler
        ilginizi çekebilir
        bunlar da ilginizi çekebilir
        en çok okunanlar
        en çok okunan haberler
        son dakika haberleri
        son eklenenler
        son yorumlar
        popüler yazılar
        etiketler
        kategoriler
        arşivler
        site haritası
        içeriğe geç
        içeriğe atla
        menüyü aç
        menüyü kapat
        aramak istediğiniz kelimeyi yazın
        arama sonuçları
        javascript devre dışı
        tarayıcınızda javascript
        tarayıcınız bu videoyu desteklemiyor
        bu sayfayı yazdır
        yazdırılabilir sürüm
        reklamı kapat
        reklam vermek için
        uygulamamızı indirin
        app store dan indirin
        google play den alın
        sıkça sorulan sorular
        müşteri hizmetleri
        bize ulaşın
        iletişim formu
        hakkımızda
        """
}
