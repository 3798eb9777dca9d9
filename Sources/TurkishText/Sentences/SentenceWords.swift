/// The words that the sentence rules know.
enum SentenceWords {
    /// Abbreviations, as they are written, without their point.
    static func isAbbreviation(_ word: String) -> Bool {
        kinds[TurkishCasing.lowercased(word)] != nil
    }

    static func kind(of word: String) -> TokenKind {
        if let kind = kinds[TurkishCasing.lowercased(word)] { return kind }
        let isShort = word.unicodeScalars.count <= 3
        let hasVowel = word.unicodeScalars.contains {
            "aeıioöuüâîûAEIİOÖUÜ".unicodeScalars.contains($0)
        }
        return isShort && !hasVowel && !word.isEmpty ? .unknownShort : .word
    }

    /// Abbreviations with points inside: single letters and short parts, "T.C", "M.Ö", "a.g.e",
    /// "A.Ş".
    static func isPointed(_ token: String) -> Bool {
        let parts = token.split(separator: ".")
        guard parts.count >= 2 else { return false }
        if parts.allSatisfy({ $0.unicodeScalars.count == 1 && $0.allSatisfy(\.isLetter) }) {
            return true
        }
        return parts.allSatisfy {
            $0.unicodeScalars.count <= 4 && $0.allSatisfy(\.isLetter)
                && ($0.unicodeScalars.count == 1 || isAbbreviation(String($0)))
        }
    }

    // Abbreviations that are also words in common use are in no list, because a point behind them
    // mostly ends a sentence: "ara", "bay", "ek", "gaz", "kat", "toplam", "tur" and others.

    /// Before a name: titles, ranks, kinship.
    private static let leading = """
        dr prof doç yrd öğr gör arş av bn op uzm müh ecz alb gen tuğg tümg korg yzb bnb
        ütğm tğm atğm asb çvş onb kur mim vet hz st mr mrs jr sr ord ast yb bşk müd gn
        dz hv kd mf dyt psk fzt ist krş bkz bk çev haz ed yay örn ör ltd şti tic san ith
        ihr inş nak müt gıd ins ing alm fr lat yun osm rus isp ital mah mh cad cd sok sk
        bulv blv apt fak üni ünv enst dek yrdc vd vdd tel faks gsm eposta krd uluslar
        eyl
        """

    /// Before a number.
    private static let references = "s ss c no nu md sy say sf sh par fık bent böl k yy"

    /// Behind a list or a number; the sentence may end here.
    private static let trailing = """
        vb vs vdğ ark bs bas mö yk yak ort maks max ks yl oca şub nis ağu eki pzt çar
        cum cmt
        """

    /// Behind a number; a capital behind them begins a sentence.
    private static let units = "kg gr mg km cm mm dk sn sa lt ml kr tl"

    private static let kinds: [String: TokenKind] = {
        var kinds: [String: TokenKind] = [:]
        for word in words(leading) { kinds[word] = .leading }
        for word in words(references) { kinds[word] = .reference }
        for word in words(trailing) { kinds[word] = .trailing }
        for word in words(units) { kinds[word] = .unit }
        return kinds
    }()

    static let roman: Set<String> = [
        "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV",
        "XV", "XVI", "XVII", "XVIII", "XIX", "XX", "XXI", "XXII", "XXIII", "XXIV", "XXV",
    ]

    /// Words whose number comes behind them: "Şekil 3." is no ordinal.
    static let numbered: Set<String> = Set(
        words(
            "bölüm şekil tablo madde sayfa kat no cilt ek yaşı yıl numara grafik resim soru beden"))

    /// Verbs and words that follow direct speech.
    static let saying: Set<String> = Set(
        words(
            """
            dedi dediler dedim dedin dedik der derdi derler diyor diyordu diyorlar
            diyen diye diyerek deyip deyince demiş demişti demek denir denildi
            dermiş sordu soruyor sorar bağırdı haykırdı fısıldadı seslendi cevap
            yanıt yanıtladı cevapladı ekledi mırıldandı atıldı ünledi
            """))

    /// Names that carry the mark themselves.
    static let shouting: Set<String> = ["Yahoo", "Jeopardy", "Vay"]

    /// Words that begin sentences far more often than they follow an ordinal or an abbreviation.
    /// "İlk" and "Son" are left out: names begin with them too ("Son Posta").
    static let starters: Set<String> = Set(
        words(
            """
            Bu Bunu Buna Bunun Bununla Bunda Bundan Bunlar Bunları Burada
            Buradan Buraya Burası Böyle Böylece Böylelikle Şu Şunu Şöyle Şimdi O
            Onu Ona Onun Onunla Onda Ondan Onlar Onları Orada Oradan Oraya Öyle
            Ben Beni Bana Benim Sen Seni Sana Senin Biz Bizi Bize Bizim Siz Sizi
            Size Sizin Kendisi Ama Fakat Ancak Lakin Çünkü Zira Oysa Oysaki
            Hâlbuki Halbuki Ve Veya Ya Yani Ayrıca Üstelik Hatta Dahası Sonra
            Sonunda Sonuçta Önce Daha Artık Hemen Derken Nihayet Dolayısıyla
            Nitekim Kısacası Özetle Örneğin Mesela Eğer Belki Acaba Neden Niçin
            Niye Nasıl Ne Nerede Kim Kimse Hangi Hiç Her Herkes Bazı Bazıları
            Bazen Biri Bir Birçok Birkaç Çok Pek Tüm Bütün Hepsi Değil Evet
            Hayır Tamam Lütfen Peki Haydi Hadi İşte Ardından Gerçi Gerçekten
            Aynı Başka Diğer Yine Gene Fazla Yoksa Sadece Yalnızca Yalnız
            Özellikle Genellikle Bugün Dün Yarın Toplantı Sonuç Aslında Galiba
            Herhalde
            """))

    private static func words(_ text: String) -> [String] {
        text.split(whereSeparator: \.isWhitespace).map(String.init)
    }
}
