import AjanCorpus
import Foundation
import Testing

/// The language model on sentences written for this test; the measured set is in docs/DATA.md.
@Suite struct LanguageTests {
    private let identifier = LanguageIdentifier()

    @Test("Turkish and its neighbours are told apart")
    func neighbours() {
        let cases = [
            ("tr", "Yarın sabah erkenden yola çıkıp öğlene kadar köye varmayı düşünüyoruz."),
            ("tr", "Faturayı ödedikten sonra dekontu bize göndermeniz yeterli olacaktır."),
            ("az", "Bu gün hava çox gözəldir və uşaqlar həyətdə oynayırlar."),
            ("az", "Sənəd yadda saxlanıldı, indi pəncərəni bağlaya bilərsiniz."),
            ("tk", "Bu gün howa gaty gowy we çagalar meýdançada oýnaýarlar."),
            ("uz", "Bugun havo juda yaxshi va bolalar hovlida o'ynashmoqda."),
            ("en", "The weather is very nice today and the children are playing outside."),
            ("de", "Das Wetter ist heute sehr schön und die Kinder spielen draußen."),
        ]
        for (code, text) in cases {
            #expect(identifier.language(of: text)?.code == code, "\(text)")
        }
    }

    @Test("Turkish typed without its letters or in capitals stays Turkish; mixed text shows")
    func shares() {
        let turkish = [
            "siparisim hala gelmedi, kargo takip numarasi calismiyor",
            "TOPLANTI YARIN SABAH SAAT ONDA BÜYÜK SALONDA YAPILACAKTIR",
        ]
        for text in turkish { #expect((identifier.turkishShare(of: text) ?? 0) > 0.6, "\(text)") }
        let mixed =
            "Ürünümüzü çok seveceksiniz çünkü kullanması gerçekten kolay ve güvenli, but please read "
            + "the manual carefully before you start using the device at home for the first time."
        let share = identifier.turkishShare(of: mixed) ?? 0
        #expect(share > 0.2 && share < 0.8, "\(share)")
        #expect(identifier.turkishShare(of: "12345 !!!") == nil)
    }
}
