import AjanTurkishText
import Foundation
import Testing

@Suite("Search terms")
struct SearchTokenizerTests {
    @Test("are folded words without apostrophe suffixes")
    func words() {
        let terms = SearchTokenizer(stemming: .none).terms(of: "İSTANBUL'DA 3 çocuk, IŞIK!")
        #expect(terms.map(\.text) == ["istanbul", "3", "cocuk", "isik"])
    }

    @Test("stand where their words stand, suffix included")
    func ranges() {
        let text = "Ayşe’nin çayı"
        let terms = SearchTokenizer().terms(of: text)
        let bytes = Array(text.utf8)
        let words = terms.map { String(decoding: bytes[$0.byteRange], as: UTF8.self) }
        #expect(words == ["Ayşe’nin", "çayı"])
    }

    @Test("by first five letters join the forms of a word")
    func prefixes() {
        let tokenizer = SearchTokenizer(stemming: .firstFive)
        #expect(tokenizer.term(of: "kitapçıklarımızdan") == tokenizer.term(of: "KİTAPÇIK"))
        #expect(tokenizer.term(of: "ev") == "ev")
    }

    @Test("by stem join the forms of a word, however it was typed")
    func stems() {
        let tokenizer = SearchTokenizer(stemming: .snowball)
        #expect(tokenizer.term(of: "kitaplarımızdan") == "kitap")
        #expect(tokenizer.term(of: "KİTAPLARIMIZDAN") == "kitap")
        #expect(tokenizer.term(of: "ağacı".decomposedStringWithCanonicalMapping) == "agac")
    }

    @Test("without folding keep the letters apart")
    func unfolded() {
        let tokenizer = SearchTokenizer(stemming: .none, folds: false)
        #expect(tokenizer.term(of: "IŞIK") == "ışık")
    }

    @Test("of a megabyte take linear time")
    func large() {
        let text = String(repeating: "kargo’nun ışığı ", count: 60_000)
        #expect(SearchTokenizer().terms(of: text).count == 120_000)
    }
}
