import AjanTurkishText
import Testing

@Suite("Turkish casing and folding")
struct CasingTests {
    @Test(
        "follow Turkish rules",
        arguments: [
            ("IŞIK", "ışık"), ("İSTANBUL", "istanbul"), ("DİYARBAKIR", "diyarbakır"),
            ("ÇĞÖŞÜ", "çğöşü"), ("I\u{307}zmir", "izmir"), ("KÂĞIT", "kâğıt"), ("ABC123", "abc123"),
            ("", ""), ("ΑΒΓ", "αβγ"),
        ])
    func lower(upper: String, lower: String) {
        #expect(Array(TurkishCasing.lowercased(upper).utf8) == Array(lower.utf8))
    }

    @Test("upper case keeps the dots that English upper case loses")
    func upper() {
        #expect(TurkishCasing.uppercased("ışık istanbul") == "IŞIK İSTANBUL")
        #expect(TurkishCasing.englishUppercased("ışık istanbul") == "IŞIK ISTANBUL")
    }

    @Test("lower case undoes upper case for every Turkish letter")
    func roundTrip() {
        for letter in "abcçdefgğhıijklmnoöprsştuüvyz" {
            #expect(
                TurkishCasing.lowercased(TurkishCasing.uppercased(String(letter))) == String(letter)
            )
        }
    }

    @Test(
        "folding makes one form of what people take for one word",
        arguments: [
            ["IŞIK", "ışık", "isik", "Işık", "is\u{327}ik"],
            ["ÇOCUK", "çocuk", "cocuk", "c\u{327}ocuk"],
            ["ĞÜÖ", "ğüö", "guo"], ["kâğıt", "KAGIT", "kağıt"], ["İ", "I", "ı", "i", "I\u{307}"],
        ])
    func folding(forms: [String]) {
        #expect(Set(forms.map { TurkishFolding.folded($0) }).count == 1)
    }

    @Test("typing in ASCII keeps case and everything that is not a letter")
    func ascii() {
        #expect(TurkishFolding.asciiLetters("Şişli'de 3 çay, İyi!") == "Sisli'de 3 cay, Iyi!")
        #expect(TurkishFolding.asciiLetters("你好 🙂 €") == "你好 🙂 €")
    }
}
