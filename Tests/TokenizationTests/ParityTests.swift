import AjanTokenization
import Foundation
import TestSupport
import Testing

@Suite("Token ids", .enabled(if: RealModel.isAvailableOrRequired, "\(RealModel.skipReason)"))
struct ParityTests {
    @Test("of hostile texts equal tokenizers", arguments: [GoldenTokens.Road.json, .cache])
    func hostileTokenizers(road: GoldenTokens.Road) throws {
        let golden = try GoldenTokens.hostile()
        let tokenizer = try GoldenTokens.e5Small(road)
        #expect(golden.texts.count > 80, "the premise")
        for (text, expected) in zip(golden.texts, golden.tokenizers) {
            #expect(tokenizer.encode(text).ids == expected, "\(text.debugDescription)")
        }
    }

    @Test("of hostile texts equal sentencepiece, from its model alone")
    func hostileSentencePiece() throws {
        let golden = try GoldenTokens.hostile()
        let tokenizer = try GoldenTokens.e5Small(.sentencePiece)
        for (text, expected) in zip(golden.texts, golden.sentencepiece) {
            #expect(tokenizer.encode(text).ids == expected, "\(text.debugDescription)")
        }
    }

    @Test(
        "of 20,000 real lines equal both references",
        .enabled(if: SharedData.isAvailableOrRequired, "\(SharedData.skipReason)"))
    func realLines() throws {
        let hashes = [UInt8](
            try Data(contentsOf: GoldenTokens.fixtures.appendingPathComponent("lines.bin")))
        func hash(_ index: Int) -> UInt32 {
            (0..<4).reduce(0) { $0 | UInt32(hashes[index * 4 + $1]) << UInt32(8 * $1) }
        }
        let texts = try SharedData.corpusTexts(20_000)
        #expect(texts.count == 20_000 && hashes.count == 160_000, "the premise")
        let fast = try GoldenTokens.e5Small()
        let cached = try GoldenTokens.e5Small(.cache)
        let slow = try GoldenTokens.e5Small(.sentencePiece)
        var different: [Int] = []
        for (index, text) in texts.enumerated() {
            let isSame =
                GoldenTokens.hash(fast.encode(text).ids) == hash(2 * index)
                && cached.encode(text) == fast.encode(text)
                && GoldenTokens.hash(slow.encode(text).ids) == hash(2 * index + 1)
            if !isSame { different.append(index) }
        }
        #expect(
            different.isEmpty,
            "\(different.count) lines differ, the first is \(different.first ?? 0)")
    }

    @Test("of a 100,000-character word and of 10 MB in one call take linear time")
    func large() throws {
        let tokenizer = try GoldenTokens.e5Small()
        let word = String(repeating: "kargo", count: 20_000)
        #expect(tokenizer.encode(word).ids.count > 1_000)
        let sentence = "Siparişler 1–3 iş günü içinde kargoya verilir. "
        let once = tokenizer.encodeContent(sentence).ids
        let repeats = 10_000_000 / sentence.utf8.count
        let text = String(repeating: sentence, count: repeats)
        #expect(tokenizer.encodeContent(text).ids.count == once.count * repeats)
    }

    @Test("come with offsets that cut the text where tokenizers cuts it")
    func offsets() throws {
        let golden = try GoldenTokens.hostile()
        let tokenizer = try GoldenTokens.e5Small()
        var compared = 0
        for (text, expected) in zip(golden.texts, golden.offsets)
        where text.utf8.count == text.count {
            let offsets = tokenizer.encode(text).offsets.dropFirst().dropLast()
            let reference = expected.dropFirst().dropLast().map { $0[0]..<$0[1] }
            #expect(Array(offsets) == reference, "\(text.debugDescription)")
            compared += 1
        }
        #expect(compared > 20, "the premise")
    }

    @Test("come with offsets that lie on scalars, in order, inside the text")
    func offsetProperties() throws {
        let golden = try GoldenTokens.hostile()
        for road in GoldenTokens.Road.allCases {
            let tokenizer = try GoldenTokens.e5Small(road)
            for text in golden.texts {
                let bytes = Array(text.utf8)
                var last = 0
                for range in tokenizer.encodeContent(text).offsets {
                    #expect(range.lowerBound >= last && range.upperBound <= bytes.count)
                    last = range.lowerBound
                    for end in [range.lowerBound, range.upperBound] where end < bytes.count {
                        #expect(bytes[end] & 0xC0 != 0x80, "\(text.debugDescription) at \(end)")
                    }
                }
            }
        }
    }

    @Test("keep the end token when the end of the text is cut")
    func truncation() throws {
        let tokenizer = try GoldenTokens.e5Small()
        let text = "Siparişler 1–3 iş günü içinde kargoya verilir."
        let whole = tokenizer.encode(text).ids
        for limit in 2..<whole.count {
            let cut = tokenizer.encode(text, truncatingTo: limit)
            #expect(cut.count == limit && cut.last == 2)
            #expect(cut.dropLast() == whole.prefix(limit - 1))
        }
    }
}
