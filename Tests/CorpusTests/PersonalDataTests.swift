import AjanCorpus
import Testing

/// The scrubber on values written by hand; the generated set is in `PersonalDataSetTests`.
@Suite struct PersonalDataTests {
    private let scrubber = PersonalDataScrubber()

    @Test("Each type is replaced by its own placeholder, and the sentence around it stays")
    func replaces() {
        let cases: [(String, String)] = [
            (
                "T.C. kimlik numaram 10000000146, kaydımı açar mısınız?",
                "T.C. kimlik numaram [TC_KİMLİK_NO], kaydımı açar mısınız?"
            ),
            ("Vergi no: 4540536920 (Kadıköy V.D.)", "Vergi no: [VERGİ_NO] (Kadıköy V.D.)"),
            ("IBAN TR33 0006 1005 1978 6457 8413 26'ya yatırın.", "IBAN [IBAN]'ya yatırın."),
            ("Kart: 4543 5899 9999 9993.", "Kart: 4543 5899 9999 9993."),
            ("Kart: 4111-1111-1111-1111.", "Kart: [KART_NO]."),
            ("Beni 0532 123 45 67'den arayın", "Beni [TELEFON]'den arayın"),
            ("(0212) 345 67 89 / +90 (216) 345 67 89", "[TELEFON] / [TELEFON]"),
            ("Çağrı merkezi 444 0 123", "Çağrı merkezi [TELEFON]"),
            ("ayşe.yılmaz@örnek.com.tr adresine yazın.", "[E_POSTA] adresine yazın."),
            (
                "Sunucu 192.168.1.10:8080 ve 2001:db8::1 açık.",
                "Sunucu [IP_ADRESİ]:8080 ve [IP_ADRESİ] açık."
            ),
            ("Kart adresi 00:1A:2B:3C:4D:5E.", "Kart adresi [MAC_ADRESİ]."),
            (
                "34 ABC 123 plakalı araç, 06DE4567 ile çarpıştı.",
                "[PLAKA] plakalı araç, [PLAKA] ile çarpıştı."
            ),
            ("Adres: Caferağa Mah. Moda Cad. No: 12/3 34710 Kadıköy/İstanbul.", "Adres: [ADRES]."),
            (
                "Kızılay Mahallesi, 1443. Sokak No:8 Kat:2 Daire:5, Çankaya / Ankara'da oturuyor",
                "[ADRES]'da oturuyor"
            ),
        ]
        for (text, expected) in cases {
            #expect(scrubber.scrub(text).text == expected)
        }
    }

    @Test("Look-alikes stay as they are")
    func keepsLookAlikes() {
        let texts = [
            "Sipariş numaranız 12345678901, toplam 1.250.000,75 TL.",
            "Sürüm 10.4.2.1 yayımlandı; 256.300.1.2 geçersizdir.",
            "Takip kodu 4540536920 ile sorgulayın.",
            "12 TL 500 kuruş, 16 GB 3200 MHz bellek.",
            "99 ABC 123 diye bir plaka yoktur.",
            "Atatürk Caddesi 1923 yılında açıldı.",
            "Saat 12:30:45'te, 01.02.2024 günü görüştük.",
            "0199 123 45 67 aranabilir bir numara değil.",
            "@kullanıcı bana yaz, fiyat 5@10 olsun.",
            "TR34 0006 1005 1978 6457 8413 26 yanlış yazılmış.",
        ]
        for text in texts {
            #expect(scrubber.scrub(text).text == text)
        }
    }

    @Test("Types that are switched off are left alone; counts hold no values")
    func switches() {
        let phones = PersonalDataScrubber(types: [.phone])
        let result = phones.scrub("0532 123 45 67 ya da a@b.com, 0533 765 43 21")
        #expect(result.text == "[TELEFON] ya da a@b.com, [TELEFON]")
        #expect(result.counts == [.phone: 2])
    }

    @Test("Scrubbing twice changes nothing more, and any bytes are survived")
    func isIdempotent() {
        let text = "Ara: 0532 123 45 67, yaz: a@b.com, öde: TR330006100519786457841326"
        let once = scrubber.scrub(text).text
        #expect(scrubber.scrub(once).text == once)
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<500 {
            let bytes = (0..<Int.random(in: 0..<60, using: &generator)).map { _ in
                UInt8.random(in: 0...255, using: &generator)
            }
            for match in scrubber.matches(in: bytes) {
                #expect(match.range.lowerBound >= 0 && match.range.upperBound <= bytes.count)
            }
        }
    }
}
