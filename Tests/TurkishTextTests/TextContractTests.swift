import AjanTurkishText
import Testing

@Suite("The text contract")
struct TextContractTests {
    @Test(
        "cleans what cannot be seen and composes what belongs together",
        arguments: [
            ("c\u{327}ay", "çay"), ("i\u{307}stanbul", "istanbul"), ("yu\u{AD}muşak", "yumuşak"),
            ("a\u{200B}b\u{FEFF}c", "abc"), ("  iki \t\n boşluk\u{A0} ", "iki boşluk"),
            ("a\u{0}b", "a b"), ("", ""), ("\u{200D}", ""), ("DÜZ metin.", "DÜZ metin."),
        ])
    func cleaning(text: String, clean: String) {
        #expect(Array(TextContract.cased.apply(to: text).utf8) == Array(clean.utf8))
    }

    @Test("is idempotent, and composed and decomposed text become the same bytes")
    func properties() {
        let pieces = [
            "i\u{307}", "İ", "I\u{307}", "\u{AD}", " ", "ş", "s\u{327}", "\u{307}", "e\u{301}",
        ]
        for a in pieces {
            for b in pieces {
                for c in pieces {
                    for contract in [TextContract.cased, .uncased] {
                        let once = contract.apply(to: a + b + c)
                        let twice = contract.apply(to: once)
                        #expect(
                            Array(once.utf8) == Array(twice.utf8), "\((a + b + c).debugDescription)"
                        )
                    }
                }
            }
        }
    }

    @Test("treats Latin text alone as it does beside another script")
    func latin() {
        // A Greek letter sends the whole text through the general rules.
        let (mark, tail) = ("α", " α")
        let values = Array(0...0x300) + Array(0x2000...0x2BFF)
        let scalars = values.compactMap(Unicode.Scalar.init)
        let words = scalars.map { "aı\($0)\($0) i\($0)" }
        for contract in [TextContract.cased, .uncased] {
            for text in words + [words.joined(), "  ", "\r\n", ""] {
                let alone = contract.apply(to: text)
                let beside = contract.apply(to: text + tail)
                let expected = alone.isEmpty ? mark : alone + tail
                #expect(
                    Array(beside.utf8) == Array(expected.utf8), "\(text.debugDescription)")
            }
        }
    }

    @Test("has a version by which it is found again")
    func versions() {
        #expect(TextContract.named("tr-1") == .cased)
        #expect(TextContract.named("tr-1-uncased") == .uncased)
        #expect(TextContract.named("tr-0") == nil)
        #expect(TextContract.uncased.apply(to: "KARGO NEREDE? IŞIK") == "kargo nerede? ışık")
    }
}
