import Testing
import TurkishText

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

    @Test("has a version by which it is found again")
    func versions() {
        #expect(TextContract.named("tr-1") == .cased)
        #expect(TextContract.named("tr-1-uncased") == .uncased)
        #expect(TextContract.named("tr-0") == nil)
        #expect(TextContract.uncased.apply(to: "KARGO NEREDE? IŞIK") == "kargo nerede? ışık")
    }
}
