import AjanTokenization
import AjanTurkishText
import Foundation
import TestSupport
import Testing

/// A vocabulary whose normaliser folds case and marks, made by Tools/vocabulary. Its goldens come
/// from Tools/reference/make_folding_fixture.py.
@Suite("A vocabulary that folds case and marks")
struct FoldingTests {
    private struct Golden: Decodable {
        let texts: [String]
        let ids: [[Int32]]
    }

    private func tokenizer() throws -> Tokenizer {
        let model = GoldenTokens.fixtures.appendingPathComponent("folded.model")
        return try Tokenizer(UnigramVocabulary(contentsOf: model))
    }

    private func golden() throws -> Golden {
        let file = GoldenTokens.fixtures.appendingPathComponent("folded.json")
        return try JSONDecoder().decode(Golden.self, from: Data(contentsOf: file))
    }

    @Test("gives the ids of tokenizers, for hostile texts and for questions")
    func parity() throws {
        let (golden, tokenizer) = (try golden(), try tokenizer())
        #expect(golden.texts.count > 150, "the premise")
        for (text, expected) in zip(golden.texts, golden.ids) {
            #expect(tokenizer.encode(text).ids == expected, "\(text.debugDescription)")
        }
    }

    @Test(
        "reads a question alike, however it is typed",
        arguments: [
            QueryNoise.asciiLetters, .lowerCase, .asciiLowerCase, .turkishUpperCase,
            .englishUpperCase, .decomposed,
        ])
    func typing(noise: QueryNoise) throws {
        let tokenizer = try tokenizer()
        var generator = SystemRandomNumberGenerator()
        let texts = try golden().texts.suffix(100) + ["Kâğıt ve IŞIK, “İzmir'de” ÇÖĞÜŞ"]
        var changed = 0
        for text in texts {
            let typed = noise.apply(to: text, using: &generator)
            #expect(tokenizer.encode(typed).ids == tokenizer.encode(text).ids, "\(typed)")
            if !typed.utf8.elementsEqual(text.utf8) { changed += 1 }
        }
        #expect(changed > 50, "the premise")
    }

    @Test("still tells words apart that differ in a letter")
    func difference() throws {
        let tokenizer = try tokenizer()
        #expect(tokenizer.encode("kargo").ids != tokenizer.encode("karga").ids)
        #expect(tokenizer.encode("1453").ids != tokenizer.encode("1454").ids)
    }
}
