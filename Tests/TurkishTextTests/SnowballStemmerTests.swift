import AjanTurkishText
import Foundation
import TestSupport
import Testing

/// Golden stems made by `Tools/reference/make_stemmer_fixtures.py` with snowballstemmer.
@Suite("Snowball stems")
struct SnowballStemmerTests {
    private struct Fixture: Decodable {
        let words: [[String]]
    }

    @Test("equal those of snowballstemmer, byte by byte")
    func golden() throws {
        let file = Repository.fixtures("TurkishTextTests").appendingPathComponent("stems.json")
        let words = try JSONDecoder().decode(Fixture.self, from: Data(contentsOf: file)).words
        #expect(words.count > 8_000)
        #expect(words.count { $0[0] != $0[1] } > 5_000, "most words must lose something")
        for pair in words {
            let stem = SnowballStemmer.stem(pair[0])
            #expect(stem.utf8.elementsEqual(pair[1].utf8), "\(pair[0]): \(stem), not \(pair[1])")
        }
    }

    @Test("of words beyond any language are the words themselves")
    func long() {
        let word = "ev" + String(repeating: "lerindeki", count: 100_000)
        #expect(SnowballStemmer.stem(word) == word)
        let longest = "muvaffakiyetsizleştiricileştiriveremeyebileceklerimizdenmişsinizcesine"
        #expect(SnowballStemmer.stem(longest) != longest)
    }
}
