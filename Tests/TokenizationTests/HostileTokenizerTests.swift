import AjanTokenization
import Foundation
import TestSupport
import Testing

/// Files that are well formed and ask for what no tokenizer needs.
@Suite("Hostile tokenizer files")
struct HostileTokenizerTests {
    private static let valid = SmallTokenizer.json()

    private func open(_ bytes: Data, named name: String = "tokenizer.json") throws -> Tokenizer {
        try TemporaryFolder.with { folder in
            try bytes.write(to: folder.appendingPathComponent(name))
            return try Tokenizer(folder: folder)
        }
    }

    private func open(replacing part: String, by other: String) throws -> Tokenizer {
        #expect(Self.valid.contains(part), "the premise")
        return try open(Data(Self.valid.replacingOccurrences(of: part, with: other).utf8))
    }

    private func expectRefusal(
        _ message: String, _ open: () throws -> Tokenizer,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let error = #expect(throws: TokenizationError.self, sourceLocation: sourceLocation) {
            _ = try open()
        }
        let text = error?.description ?? ""
        #expect(
            text.contains(message) && !text.contains("\n"), "\(text)",
            sourceLocation: sourceLocation)
    }

    @Test("with an added token that is half a character, or longer than any, are refused")
    func addedTokens() throws {
        var bytes = Data(Self.valid.utf8)
        let range = try #require(bytes.range(of: Data("</s>\"}],".utf8)))
        bytes.replaceSubrange(range, with: Data([0xC4]) + Data("\"}],".utf8))
        expectRefusal("not valid UTF-8") { try open(bytes) }
        let long = String(repeating: "ş", count: 513)
        expectRefusal("1026 bytes") {
            try open(replacing: "\"content\": \"</s>\"", by: "\"content\": \"\(long)\"")
        }
    }

    @Test(
        "with special tokens that are no ids, or too many, are refused",
        arguments: [
            ("[2]", "[4294967296]", "no whole number"), ("[2]", "[1.5]", "no whole number"),
            ("[2]", "[\"a\"]", "no whole number"),
            ("[0]", "[0, 0, 0, 0, 0, 0, 0, 0]", "9 special tokens"),
        ])
    func specialTokens(part: String, other: String, message: String) {
        expectRefusal(message) {
            try open(replacing: "\"ids\": \(part)", by: "\"ids\": \(other)")
        }
    }

    @Test("of BERT and RoBERTa are held to the same", arguments: ["4294967298", "2.5", "\"2\""])
    func pairs(id: String) throws {
        func json(_ id: String) -> Data {
            let processor = """
                "post_processor": {"type": "RobertaProcessing", "cls": ["<s>", 0],
                  "sep": ["</s>", \(id)]}, "old": {
                """
            return Data(
                Self.valid.replacingOccurrences(of: "\"post_processor\": {", with: processor).utf8)
        }
        #expect(try open(json("2")).encode("a").ids == [0, 5, 2], "the premise")
        expectRefusal("no whole number") { try open(json(id)) }
    }

    /// A normaliser that puts the text at `value` of `texts` in the place of `a`.
    private func charsmap(_ texts: [UInt8], value: UInt32 = 0) -> String {
        // As Darts lays it out: the node of `a` at 0x61, its value one place before.
        var units = [UInt32](repeating: 0, count: 0x62)
        units[0x61] = 0x61 | 1 << 8 | 1 << 10
        units[0x60] = 1 << 31 | value
        let words = [UInt32(units.count * 4)] + units
        let bytes = words.flatMap { word in (0..<4).map { UInt8(word >> (8 * $0) & 0xFF) } } + texts
        return "\"normalizer\": {\"type\": \"Precompiled\", \"precompiled_charsmap\": "
            + "\"\(Data(bytes).base64EncodedString())\"}"
    }

    @Test("whose charsmap gives half a character, a novel or the middle of a text are refused")
    func charsmaps() throws {
        func open(_ texts: [UInt8], value: UInt32 = 0) throws -> Tokenizer {
            try self.open(
                replacing: "\"normalizer\": null", by: charsmap(texts, value: value))
        }
        let b = UInt8(ascii: "b")
        #expect(try open([b, 0]).encode("a").ids == [0, 3, 1, 2], "the premise: a becomes b")
        let longest = try open([UInt8](repeating: UInt8(ascii: "a"), count: 256) + [0])
        #expect(longest.encode("a").ids.count == 258)
        for half: [UInt8] in [[0xE2], [0xF0], [0xC2], [0x80], [b, 0xE2, 0x96]] {
            expectRefusal("not valid UTF-8") { try open(half + [0]) }
        }
        expectRefusal("257 bytes") { try open([UInt8](repeating: b, count: 257) + [0]) }
        #expect(try open([b, b, 0, b, 0], value: 3).encode("a").ids == [0, 3, 1, 2])
        for value: UInt32 in [1, 2, 5, 1 << 30] {
            expectRefusal("middle of a text") { try open([b, b, 0, b, 0], value: value) }
        }
    }

    @Test("with a piece longer than any are refused, in every format")
    func pieces() throws {
        func piece(_ count: Int) -> String { String(repeating: "a", count: count) }
        let fits = try open(replacing: "[\"a\", -2]", by: "[\"\(piece(1_024))\", -2]")
        #expect(fits.encode(piece(1_024)).ids == [0, 3, 4, 2])
        expectRefusal("1025 bytes") {
            try open(replacing: "[\"a\", -2]", by: "[\"\(piece(1_025))\", -2]")
        }
        expectRefusal("1025 bytes") {
            let vocabulary = "{\"\(piece(1_025))\": 0}"
            let json = "{\"model\": {\"type\": \"WordPiece\", \"vocab\": \(vocabulary)}}"
            return try open(Data(json.utf8))
        }
        expectRefusal("1025 bytes") {
            try open(Data("[UNK]\n[CLS]\n[SEP]\n\(piece(1_025))\n".utf8), named: "vocab.txt")
        }
        expectRefusal("1025 bytes") {
            // Field 1 of the message: a piece whose field 1 has 1025 bytes.
            let message = Data([0x0A, 0x84, 0x08, 0x0A, 0x81, 0x08]) + Data(piece(1_025).utf8)
            return try open(message, named: "sentencepiece.bpe.model")
        }
    }

    @Test("of WordPiece do not split words of more than a thousand characters")
    func longWords() throws {
        let words = """
            {"normalizer": {"type": "BertNormalizer"}, "pre_tokenizer": {"type": "BertPreTokenizer"},
             "model": {"type": "WordPiece", "unk_token": "[UNK]",
              "max_input_chars_per_word": 4000000, "vocab": {"[UNK]": 0, "a": 1, "##a": 2}}}
            """
        let tokenizer = try open(Data(words.utf8))
        func ids(_ count: Int) -> [Int32] {
            tokenizer.encode(String(repeating: "a", count: count)).ids
        }
        #expect(ids(1_000) == [1] + [Int32](repeating: 2, count: 999))
        #expect(ids(1_001) == [0])
    }

    @Test("are no vocabulary to make another of when an id lies outside")
    func surgery() throws {
        for (part, other) in [
            ("\"id\": 2,", "\"id\": 4294967298,"), ("\"ids\": [2]", "\"ids\": [99]"),
            ("\"ids\": [2]", "\"ids\": [\"a\"]"),
        ] {
            #expect(throws: TokenizationError.self) {
                try TemporaryFolder.with { folder in
                    let file = folder.appendingPathComponent("tokenizer.json")
                    let json = Self.valid.replacingOccurrences(of: part, with: other)
                    try Data(json.utf8).write(to: file)
                    _ = try UnigramVocabulary(contentsOf: file)
                }
            }
        }
    }
}
