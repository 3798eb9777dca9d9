import AjanEmbed
import Foundation
import TestSupport
import Testing

@Suite("Hostile model folders")
struct HostileFolderTests {
    /// Opens a copy of the tiny model that `spoil` has had, and encodes a text.
    private func encode(
        options: SentenceEncoder.Options = .f32(), _ spoil: (URL) throws -> Void
    ) throws -> [Float] {
        try TemporaryFolder.with { folder in
            let copy = folder.appendingPathComponent("model")
            try FileManager.default.copyItem(at: GoldenVectors.tinyFolder, to: copy)
            try spoil(copy)
            return try SentenceEncoder(copy, options: options)
                .encode(["kargo gelir"], role: .query)[0].vector
        }
    }

    private func message(
        options: SentenceEncoder.Options = .f32(), _ spoil: (URL) throws -> Void
    ) throws -> String {
        let error = #expect(throws: ModelError.self) { _ = try encode(options: options, spoil) }
        let text = error?.description ?? ""
        #expect(!text.contains("\n"), "an error is one line")
        return text
    }

    private func edit(_ url: URL, _ part: String, _ replacement: String) throws {
        let text = try String(contentsOf: url, encoding: .utf8)
        #expect(text.contains(part), "the premise: \(part) is in \(url.lastPathComponent)")
        try Data(text.replacingOccurrences(of: part, with: replacement).utf8).write(to: url)
    }

    @Test(
        "with a pipe in the place of a file are refused at once",
        arguments: [
            "modules.json", "config.json", "sentence_bert_config.json", "model.safetensors",
            "config_sentence_transformers.json", "tokenizer.json", "tokenizer.safetensors",
            "1_Pooling/config.json", "2_Dense/config.json", "2_Dense/model.safetensors",
        ])
    func pipes(file: String) throws {
        let text = try message { try NamedPipe.make(at: $0.appendingPathComponent(file)) }
        #expect(text.contains("it is no regular file"), "\(text)")
        #expect(text.contains(file), "\(text)")
    }

    @Test("of links to files, as the Hugging Face cache has them, open as any other")
    func links() throws {
        let linked = try encode { folder in
            for name in ["model.safetensors", "tokenizer.json", "config.json"] {
                let file = folder.appendingPathComponent(name)
                let blob = folder.appendingPathComponent("blob-\(name)")
                try FileManager.default.moveItem(at: file, to: blob)
                try FileManager.default.createSymbolicLink(at: file, withDestinationURL: blob)
            }
        }
        #expect(try linked == encode { _ in })
    }

    @Test("with a pooling mode twice are refused")
    func pooling() throws {
        func spoil(_ modes: String) -> (URL) throws -> Void {
            { try edit($0.appendingPathComponent("1_Pooling/config.json"), "\"mean\"", modes) }
        }
        #expect(try message(spoil("\"mean+cls+mean\"")).contains("names 'mean' twice"))
        let many = Array(repeating: "mean", count: 100_000).joined(separator: "+")
        #expect(try message(spoil("\"\(many)\"")).contains("names 'mean' twice"))
        #expect(try message(spoil("\"mean+cls\"")).contains("in_features"), "the premise")
    }

    @Test("with prompts that fill the window are refused")
    func prompts() throws {
        func spoil(_ prompt: String) -> (URL) throws -> Void {
            { folder in
                let file = folder.appendingPathComponent("config_sentence_transformers.json")
                try edit(file, "\"passage: \"", "\"\(prompt)\"")
            }
        }
        func letters(_ count: Int) -> String {
            Array(repeating: "a", count: count).joined(separator: " ")
        }
        // 64 tokens a window. A letter with its space is two tokens or fewer.
        let half = try message(spoil(letters(64)))
        #expect(half.contains("the role passage") && half.contains("64 tokens of a window"))
        let long = try message(spoil(String(repeating: "x", count: 4_097)))
        #expect(long.contains("a prompt has 4097 bytes"), "\(long)")
        #expect(try encode(spoil(letters(4))).count == 32)
    }

    @Test("with special tokens that fill the window are refused")
    func specialTokens() throws {
        func spoil(_ count: Int) -> (URL) throws -> Void {
            { folder in
                let ids = Array(repeating: "0", count: count).joined(separator: ", ")
                try edit(
                    folder.appendingPathComponent("tokenizer.json"),
                    "\"ids\": [\n          0\n        ]", "\"ids\": [\(ids)]")
            }
        }
        #expect(try message(spoil(511)).contains("512 special tokens"))
        // Seven before and one after the text, in windows of eight tokens.
        let short = SentenceEncoder.Options(precision: .f32, maxTokens: 8)
        #expect(try message(options: short, spoil(7)).contains("no room"))
        #expect(try encode(options: short, spoil(6)).count == 32)
    }
}
