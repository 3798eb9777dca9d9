import AjanTurkishText
import Testing

@Suite("Query noise")
struct QueryNoiseTests {
    private struct Counter: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ state >> 29
        }
    }

    private let text = "İstanbul'da kargom ne zaman gelir?"

    private func noisy(_ noise: QueryNoise, seed: UInt64 = 1) -> String {
        var generator = Counter(state: seed)
        return noise.apply(to: text, using: &generator)
    }

    @Test("types as people type")
    func kinds() {
        #expect(noisy(.asciiLetters) == "Istanbul'da kargom ne zaman gelir?")
        #expect(noisy(.lowerCase) == "istanbul'da kargom ne zaman gelir?")
        #expect(noisy(.asciiLowerCase) == "istanbul'da kargom ne zaman gelir?")
        #expect(noisy(.turkishUpperCase) == "İSTANBUL'DA KARGOM NE ZAMAN GELİR?")
        #expect(noisy(.englishUpperCase) == "İSTANBUL'DA KARGOM NE ZAMAN GELIR?")
        #expect(noisy(.missingQuestionMark) == "İstanbul'da kargom ne zaman gelir")
        #expect(noisy(.decomposed).unicodeScalars.contains("\u{307}"))
    }

    @Test("repeats with its generator", arguments: QueryNoise.allCases)
    func deterministic(noise: QueryNoise) {
        #expect(noisy(noise, seed: 7) == noisy(noise, seed: 7))
    }

    @Test("spoils about a quarter of the words, and never their first or last letter")
    func share() {
        let words = Array(repeating: "kargo", count: 4_000).joined(separator: " ")
        for noise in [QueryNoise.swappedLetters, .missingLetters, .doubledLetters] {
            var generator = Counter(state: 3)
            let spoiled = noise.apply(to: words, using: &generator).split(separator: " ")
            let different = spoiled.filter { $0 != "kargo" }
            #expect((0.22...0.28).contains(Double(different.count) / 4_000), "\(noise)")
            #expect(different.allSatisfy { $0.first == "k" && $0.last == "o" }, "\(noise)")
        }
    }
}
