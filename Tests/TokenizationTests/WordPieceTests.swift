import AjanTokenization
import Foundation
import TestSupport
import Testing

@Suite("WordPiece")
struct WordPieceTests {
    private let source = GoldenTokens.fixtures.appendingPathComponent("tiny-bert")

    @Test(
        "equals tokenizers on hostile texts, from tokenizer.json", arguments: ["cased", "uncased"])
    func json(kind: String) throws {
        let golden = try GoldenTokens.hostile()
        let expected = try #require(golden.bert[kind])
        let tokenizer = try TemporaryFolder.with { folder in
            try FileManager.default.copyItem(
                at: source.appendingPathComponent("\(kind).json"),
                to: folder.appendingPathComponent("tokenizer.json"))
            return try Tokenizer(folder: folder)
        }
        for (text, ids) in zip(golden.texts, expected) {
            #expect(tokenizer.encode(text).ids == ids, "\(text.debugDescription)")
        }
    }

    @Test("equals tokenizers from vocab.txt and its flags", arguments: ["cased", "uncased"])
    func vocabulary(kind: String) throws {
        let golden = try GoldenTokens.hostile()
        let expected = try #require(golden.bert[kind])
        let tokenizer = try TemporaryFolder.with { folder in
            try FileManager.default.copyItem(
                at: source.appendingPathComponent("vocab.txt"),
                to: folder.appendingPathComponent("vocab.txt"))
            try Data("{\"do_lower_case\": \(kind == "uncased")}".utf8)
                .write(to: folder.appendingPathComponent("tokenizer_config.json"))
            return try Tokenizer(folder: folder)
        }
        for (text, ids) in zip(golden.texts, expected) {
            #expect(tokenizer.encode(text).ids == ids, "\(text.debugDescription)")
        }
    }
}
