import AjanEmbed
import Foundation
import TestSupport
import Testing

@Suite("Model folders")
struct ModelFolderTests {
    /// A copy of the tiny model that a test may spoil.
    private func spoiled(_ spoil: (URL) throws -> Void) throws -> URL {
        let copy = FileManager.default.temporaryDirectory
            .appendingPathComponent("ajan-model-\(UUID().uuidString)")
        try FileManager.default.copyItem(at: GoldenVectors.tinyFolder, to: copy)
        try spoil(copy)
        return copy
    }

    private func message(_ spoil: (URL) throws -> Void) throws -> String {
        let folder = try spoiled(spoil)
        defer { try? FileManager.default.removeItem(at: folder) }
        let error = #expect(throws: (any Error).self) {
            _ = try SentenceEncoder(folder, options: .f32()).encode(["kargo gelir"], role: .query)
        }
        let text = error.map { "\($0)" } ?? ""
        #expect(!text.contains("\n"), "an error is one line")
        return text
    }

    private func edit(_ url: URL, _ part: String, _ replacement: String) throws {
        let text = try String(contentsOf: url, encoding: .utf8)
        #expect(text.contains(part), "the premise: \(part) is in \(url.lastPathComponent)")
        try text.replacingOccurrences(of: part, with: replacement)
            .write(to: url, atomically: true, encoding: .utf8)
    }

    @Test(
        "without a needed file are refused by its name",
        arguments: ["config.json", "model.safetensors", "tokenizer.json", "1_Pooling/config.json"])
    func missing(file: String) throws {
        let text = try message {
            try FileManager.default.removeItem(at: $0.appendingPathComponent(file))
        }
        let name = file == "tokenizer.json" ? "no tokenizer" : file
        #expect(text.contains(name) || text.contains("no weights"), "\(text)")
    }

    @Test("with an unknown architecture, module, pooling or activation are refused by name")
    func unknownParts() throws {
        #expect(
            try message {
                try edit($0.appendingPathComponent("config.json"), "xlm-roberta", "gpt2")
            }.contains("model_type is 'gpt2'"))
        #expect(
            try message {
                try edit($0.appendingPathComponent("modules.json"), "normalize.Normalize", "x.CNN")
            }.contains("CNN"))
        #expect(
            try message {
                try edit($0.appendingPathComponent("1_Pooling/config.json"), "\"mean\"", "\"sum\"")
            }.contains("pooling_mode is 'sum'"))
        #expect(
            try message {
                try edit(
                    $0.appendingPathComponent("2_Dense/config.json"), "activation.Tanh", "Mish")
            }.contains("Mish"))
    }

    @Test("whose files contradict each other are refused with both numbers")
    func contradictions() throws {
        let vocabulary = try message {
            try edit(
                $0.appendingPathComponent("config.json"), "\"vocab_size\": 103",
                "\"vocab_size\": 90")
        }
        #expect(vocabulary.contains("103") && vocabulary.contains("90"), "\(vocabulary)")
        let dense = try message {
            try edit($0.appendingPathComponent("2_Dense/config.json"), "24", "20")
        }
        #expect(dense.contains("in_features is 20") && dense.contains("24"), "\(dense)")
        let shape = try message {
            try edit(
                $0.appendingPathComponent("config.json"), "\"intermediate_size\": 40",
                "\"intermediate_size\": 41")
        }
        #expect(shape.contains("[40") && shape.contains("[41"), "\(shape)")
    }

    @Test("that leave their folder are refused")
    func traversal() throws {
        let text = try message {
            try edit($0.appendingPathComponent("modules.json"), "\"1_Pooling\"", "\"../1_Pooling\"")
        }
        #expect(text.contains("leaves the model folder"))
    }

    @Test("with weights cut at any place are refused, never a crash")
    func truncated() throws {
        let whole = try Data(
            contentsOf: GoldenVectors.tinyFolder.appendingPathComponent("model.safetensors"))
        for count in stride(from: 0, to: whole.count, by: max(1, whole.count / 60)) {
            let text = try message {
                try whole.prefix(count).write(to: $0.appendingPathComponent("model.safetensors"))
            }
            #expect(text.contains("model.safetensors"), "\(text)")
        }
    }

    @Test("without modules.json load, and say which pooling they assumed")
    func plain() throws {
        let folder = try spoiled {
            try FileManager.default.removeItem(at: $0.appendingPathComponent("modules.json"))
        }
        defer { try? FileManager.default.removeItem(at: folder) }
        let info = try ModelInfo(folder)
        #expect(info.assumptions.contains { $0.contains("mean pooling") })
        #expect(try SentenceEncoder(folder).encode(["iade"], role: .query)[0].vector.count == 24)
    }

    @Test("have a fingerprint that changes with any number of the model and with nothing else")
    func fingerprint() throws {
        let original = try ModelInfo(GoldenVectors.tinyFolder)
        let copy = try spoiled { _ in }
        defer { try? FileManager.default.removeItem(at: copy) }
        #expect(try ModelInfo(copy).fingerprint == original.fingerprint)
        #expect(try SentenceEncoder(copy).fingerprint() == original.fingerprint)
        let weights = copy.appendingPathComponent("2_Dense/model.safetensors")
        var bytes = try Data(contentsOf: weights)
        bytes[bytes.count - 1] ^= 1
        try bytes.write(to: weights)
        #expect(try ModelInfo(copy).fingerprint != original.fingerprint)
    }

    @Test("state what they are")
    func info() throws {
        let info = try ModelInfo(GoldenVectors.tinyFolder)
        #expect(info.architecture == "xlm-roberta")
        #expect(info.dimensions == 32)
        #expect(info.head == ["pooling mean", "dense 24 → 32 (Tanh)", "normalize"])
        #expect(info.queryPrompt == "query: ")
        #expect(info.maxTokens == 64)
    }

    @Test("are found by path, and a name that is not there says where it looked")
    func catalog() throws {
        #expect(
            try ModelCatalog.locate(GoldenVectors.tinyFolder.path).lastPathComponent == "tiny-dense"
        )
        let error = #expect(throws: ModelError.self) {
            _ = try ModelCatalog.locate("yok-boyle-model")
        }
        #expect(error?.description.contains("yok-boyle-model") == true)
    }

    @Test("that come with a checkout or an installation are found from where the program lies")
    func bundled() throws {
        try TemporaryFolder.with { folder in
            let root = folder.resolvingSymlinksInPath()
            for place in ["Models", "usr/share/ajan/models", ".build/checkouts/ajan-embed/Models"] {
                try FileManager.default.createDirectory(
                    at: root.appendingPathComponent(place), withIntermediateDirectories: true)
            }
            func found(_ program: String) -> [String] {
                BundledModels.folders(above: root.appendingPathComponent(program)).map {
                    String($0.path.dropFirst(root.path.count + 1))
                }
            }
            #expect(
                found(".build/x86_64-unknown-linux-gnu/release/ajan")
                    == [".build/checkouts/ajan-embed/Models", "Models"])
            #expect(found("usr/bin/ajan") == ["usr/share/ajan/models", "Models"])
        }
    }
}
