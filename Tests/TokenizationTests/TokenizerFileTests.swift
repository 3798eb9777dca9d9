import AjanTokenization
import Foundation
import TestSupport
import Testing

@Suite("Tokenizer files")
struct TokenizerFileTests {
    private static let valid = """
        {"added_tokens": [{"id": 0, "content": "<s>"}, {"id": 2, "content": "</s>"}],
         "normalizer": null,
         "pre_tokenizer": {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always"},
         "post_processor": {"type": "TemplateProcessing",
           "single": [{"SpecialToken": {"id": "<s>"}}, {"Sequence": {"id": "A"}},
                      {"SpecialToken": {"id": "</s>"}}],
           "special_tokens": {"<s>": {"ids": [0]}, "</s>": {"ids": [2]}}},
         "model": {"type": "Unigram", "unk_id": 1,
           "vocab": [["<s>", 0], ["<unk>", 0], ["</s>", 0], ["▁", -1], ["a", -2], ["▁a", -2.5]]}}
        """

    private func open(_ json: String) throws -> Tokenizer {
        try TemporaryFolder.with { folder in
            try Data(json.utf8).write(to: folder.appendingPathComponent("tokenizer.json"))
            return try Tokenizer(folder: folder)
        }
    }

    @Test("that are small and plain work")
    func premise() throws {
        #expect(try open(Self.valid).encode("a aa ğ").ids == [0, 5, 5, 4, 3, 1, 2])
    }

    @Test(
        "are refused with the reason",
        arguments: [
            ("\"Unigram\"", "\"BPE\"", "model type 'BPE'"),
            ("\"unk_id\": 1", "\"unk_id\": 6", "unk_id"),
            ("[\"a\", -2]", "[\"▁\", -2]", "the piece '▁' is there twice"),
            ("-2.5", "1e999", "expected a number"),
            ("-2.5", "NaN", "expected a number"),
            ("\"normalizer\": null", "\"normalizer\": {\"type\": \"NFKC\"}", "normalizer 'NFKC'"),
            (
                "\"normalizer\": null",
                "\"normalizer\": {\"type\": \"Precompiled\", \"precompiled_charsmap\": \"AAAA\"}",
                "the charsmap"
            ),
            ("\"Metaspace\"", "\"ByteLevel\"", "pre_tokenizer 'ByteLevel'"),
            ("\"ids\": [2]", "\"ids\": [99]", "the special token id 99"),
            ("\"id\": 2,", "\"id\": -2,", "an added token"),
            ("\"single\"", "\"pair\"", "leaves out the text"),
            ("]]}}", "]]", "it breaks off"),
        ])
    func refusals(part: String, replacement: String, message: String) throws {
        #expect(Self.valid.contains(part), "the premise")
        let spoiled = Self.valid.replacingOccurrences(of: part, with: replacement)
        let error = #expect(throws: TokenizationError.self) { _ = try open(spoiled) }
        let text = error?.description ?? ""
        #expect(text.contains(message) && !text.contains("\n"), "\(text)")
    }

    @Test("nested without end are refused, not followed")
    func nesting() throws {
        let deep = String(repeating: "[", count: 1_000_000)
        let error = #expect(throws: TokenizationError.self) { _ = try open("{\"x\": \(deep)") }
        #expect(error?.description.contains("nested deeper") == true)
    }

    @Test("cut at any byte are refused or read, never a crash")
    func truncated() {
        let bytes = Array(Self.valid.utf8)
        for count in 0..<bytes.count {
            #expect(throws: TokenizationError.self) {
                _ = try open(String(decoding: bytes.prefix(count), as: UTF8.self))
            }
        }
    }

    @Test(
        "of SentencePiece cut anywhere are refused, never a crash",
        .enabled(if: RealModel.isAvailableOrRequired, "\(RealModel.skipReason)"))
    func truncatedSentencePiece() throws {
        let file = RealModel.e5Small.appendingPathComponent("sentencepiece.bpe.model")
        let bytes = try Data(contentsOf: file)
        for count in [0, 1, 7, 100, 65_537, bytes.count / 2, bytes.count - 1] {
            #expect(throws: TokenizationError.self) {
                try TemporaryFolder.with { folder in
                    try bytes.prefix(count)
                        .write(to: folder.appendingPathComponent("sentencepiece.bpe.model"))
                    _ = try Tokenizer(folder: folder)
                }
            }
        }
    }

    @Test("that are not there are missed by name")
    func missing() throws {
        let error = #expect(throws: TokenizationError.self) {
            try TemporaryFolder.with { _ = try Tokenizer(folder: $0) }
        }
        #expect(error?.description.contains("tokenizer.json") == true)
    }
}
