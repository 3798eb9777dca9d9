import AjanEncoder
import Foundation
import Testing

@Suite("config.json")
struct ConfigurationTests {
    private static let valid = """
        {"model_type": "bert", "vocab_size": 100, "hidden_size": 24, "num_hidden_layers": 2,
         "num_attention_heads": 3, "intermediate_size": 40, "max_position_embeddings": 64}
        """

    private func read(_ json: String) throws -> EncoderConfiguration {
        let file = FileManager.default.temporaryDirectory
            .appendingPathComponent("ajan-config-\(UUID().uuidString).json")
        try Data(json.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        return try EncoderConfiguration(contentsOf: file)
    }

    @Test("takes the defaults of transformers for fields that are left out")
    func defaults() throws {
        let bert = try read(Self.valid)
        #expect(bert.layerNormEpsilon == 1e-12)
        #expect(bert.typeVocabularySize == 2)
        #expect(bert.padTokenID == 0)
    }

    @Test(
        "is refused with the field and the reason",
        arguments: [
            ("\"bert\"", "\"gpt2\"", "model_type is 'gpt2'; supported: xlm-roberta, bert"),
            ("\"hidden_size\": 24", "\"hidden_size\": 25", "not a multiple of num_attention_heads"),
            ("\"hidden_size\": 24", "\"hidden_size\": -24", "hidden_size is -24"),
            (
                "\"hidden_size\": 24", "\"hidden_size\": \"wide\"",
                "'hidden_size' has the wrong type"
            ),
            ("\"vocab_size\": 100,", "", "the field 'vocab_size' is missing"),
            (
                "\"vocab_size\": 100", "\"vocab_size\": 100, \"hidden_act\": \"gelu_new\"",
                "hidden_act is 'gelu_new'"
            ),
            (
                "\"vocab_size\": 100",
                "\"vocab_size\": 100, \"position_embedding_type\": \"relative_key\"",
                "position_embedding_type is 'relative_key'"
            ),
            ("{", "", "not valid JSON"),
        ])
    func refusals(part: String, replacement: String, message: String) throws {
        let range = try #require(Self.valid.range(of: part))
        let error = #expect(throws: EncoderError.self) {
            _ = try read(Self.valid.replacingCharacters(in: range, with: replacement))
        }
        #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
        #expect(error?.description.contains("\n") == false, "an error is one line")
    }

    @Test("that is missing is named")
    func missing() {
        let file = URL(fileURLWithPath: "/nowhere/config.json")
        let error = #expect(throws: EncoderError.self) {
            _ = try EncoderConfiguration(contentsOf: file)
        }
        #expect(error?.description == "/nowhere/config.json: the file is missing")
    }
}
