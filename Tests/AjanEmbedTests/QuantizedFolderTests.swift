import AjanEmbed
import Foundation
import TestSupport
import Testing

@Suite("Int8 folders")
struct QuantizedFolderTests {
    private let texts = (0..<30).map { index in
        (0...(index * 5 % 17)).map { "kargo \($0 * index)" }.joined(separator: " ")
    }

    /// Quantises the tiny model, lets `spoil` change the folder, and hands it to `body`.
    private func withFolder<Result>(
        embeddings: ModelQuantizer.Embeddings = .int8, spoil: (URL) throws -> Void = { _ in },
        _ body: (URL) throws -> Result
    ) throws -> Result {
        try TemporaryFolder.with { parent in
            let folder = parent.appendingPathComponent("int8", isDirectory: true)
            try ModelQuantizer.quantize(
                GoldenVectors.tinyFolder, into: folder, embeddings: embeddings)
            try spoil(folder)
            return try body(folder)
        }
    }

    private func message(
        options: SentenceEncoder.Options = .int8(), spoil: (URL) throws -> Void
    ) throws -> String {
        try withFolder(spoil: spoil) { folder in
            let error = #expect(throws: (any Error).self) {
                _ = try SentenceEncoder(folder, options: options).encode(["kargo"], role: .query)
            }
            let text = error.map { "\($0)" } ?? ""
            #expect(!text.contains("\n"), "an error is one line")
            return text
        }
    }

    @Test("with stored embeddings give the bits of quantising at load")
    func sameBits() throws {
        let source = try SentenceEncoder(GoldenVectors.tinyFolder, options: .int8())
        let expected = try source.encode(texts, role: .query)
        try withFolder(embeddings: .stored) { folder in
            let model = try SentenceEncoder(folder, options: .int8())
            #expect(try model.encode(texts, role: .query) == expected)
        }
    }

    @Test(
        "of the real e5-small with stored embeddings give the bits of quantising at load",
        .enabled(if: RealModel.isAvailableOrRequired, "\(RealModel.skipReason)"))
    func realBits() throws {
        let golden = try GoldenVectors.e5Small()
        let texts = Array(golden.texts.prefix(12))
        let source = try SentenceEncoder(RealModel.e5Small, options: .int8(threads: 2))
        let expected = try source.encode(texts, role: .none)
        try TemporaryFolder.with { parent in
            let stored = parent.appendingPathComponent("stored", isDirectory: true)
            try ModelQuantizer.quantize(RealModel.e5Small, into: stored, embeddings: .stored)
            #expect(try SentenceEncoder(stored).encode(texts, role: .none) == expected)
            let small = parent.appendingPathComponent("small", isDirectory: true)
            let report = try ModelQuantizer.quantize(RealModel.e5Small, into: small)
            #expect(report.mapsTokenizer && report.targetByteCount < 120_000_000)
            for (own, reference) in zip(
                try SentenceEncoder(small).encode(texts, role: .none), golden.vectors)
            {
                #expect(cosine(own.vector, reference) >= 0.995)
            }
        }
    }

    @Test("with int8 embeddings stay close, and give the same bits in any batch and thread count")
    func int8Embeddings() throws {
        let source = try SentenceEncoder(GoldenVectors.tinyFolder, options: .int8())
        let near = try source.encode(texts, role: .query)
        try withFolder { folder in
            let model = try SentenceEncoder(folder, options: .int8())
            let alone = try texts.map { try model.encode([$0], role: .query)[0] }
            #expect(try model.encode(texts, role: .query) == alone)
            let double = try SentenceEncoder(folder, options: .int8(threads: 2))
            #expect(
                try double.encode(texts.reversed(), role: .query) == Array(alone.reversed()))
            for (own, other) in zip(alone, near) {
                #expect(cosine(own.vector, other.vector) >= 0.999)
                #expect(own.tokens == other.tokens)
            }
        }
    }

    @Test("say what the source says, and have a fingerprint of their own")
    func info() throws {
        let source = try ModelInfo(GoldenVectors.tinyFolder)
        try withFolder { folder in
            let info = try ModelInfo(folder)
            #expect(info.parameters == source.parameters && info.dimensions == source.dimensions)
            #expect(info.head == source.head && info.queryPrompt == source.queryPrompt)
            #expect(info.storedAs == "F32+I8")
            #expect(info.fingerprint != source.fingerprint)
            let card = try String(
                contentsOf: folder.appendingPathComponent("README.md"), encoding: .utf8)
            #expect(card.contains("## int8"))
        }
    }

    @Test("cannot give f32, and say what can")
    func float32() throws {
        let text = try message(options: .f32()) { _ in }
        #expect(text.contains("int8 weights") && text.contains("--precision int8"), "\(text)")
    }

    @Test("are not written over anything, and leave nothing behind when they fail")
    func atomic() throws {
        try TemporaryFolder.with { parent in
            let folder = parent.appendingPathComponent("int8", isDirectory: true)
            try ModelQuantizer.quantize(GoldenVectors.tinyFolder, into: folder)
            let again = #expect(throws: ModelError.self) {
                try ModelQuantizer.quantize(GoldenVectors.tinyFolder, into: folder)
            }
            #expect(again?.description.contains("something is there already") == true)
            let twice = #expect(throws: (any Error).self) {
                try ModelQuantizer.quantize(
                    folder, into: parent.appendingPathComponent("int4", isDirectory: true))
            }
            #expect(twice.map { "\($0)" }?.contains("quantised already") == true)
            #expect(try FileManager.default.contentsOfDirectory(atPath: parent.path) == ["int8"])
        }
    }

    @Test("of another packed form, shape or size are refused by name")
    func refusals() throws {
        func edit(_ folder: URL, _ part: String, _ replacement: String) throws {
            let file = folder.appendingPathComponent("model.safetensors")
            var bytes = try Data(contentsOf: file)
            let range = try #require(bytes.range(of: Data(part.utf8)), "the premise: \(part)")
            #expect(part.utf8.count == replacement.utf8.count)
            bytes.replaceSubrange(range, with: Data(replacement.utf8))
            try bytes.write(to: file)
        }
        let layout = try message { try edit($0, "panel16x4-i8-v1", "panel16x4-i8-v9") }
        #expect(layout.contains("v9") && layout.contains("ajan quantize"), "\(layout)")
        let shape = try message {
            let file = $0.appendingPathComponent("config.json")
            try String(contentsOf: file, encoding: .utf8)
                .replacingOccurrences(
                    of: "\"intermediate_size\" : 40", with: "\"intermediate_size\" : 41"
                )
                .write(to: file, atomically: true, encoding: .utf8)
        }
        #expect(shape.contains("output.dense.packed"), "\(shape)")
    }

    @Test("with a scale that is not finite are refused with the channel")
    func scale() throws {
        // 24 outputs are two panels of 16: scales, sums and bias take 32 numbers each.
        let text = try message {
            try overwrite(
                "encoder.layer.0.output.dense.packed", in: $0, at: -3 * 32 * 4, with: [.infinity])
        }
        #expect(text.contains("scale of output channel 0 is inf"), "\(text)")
    }

    @Test("with a factor that cannot be are refused with the input")
    func factor() throws {
        let name = "encoder.layer.1.intermediate.dense"
        let impossible: [(Float, String)] = [
            (0, "is 0.0"), (-1, "is -1.0"), (Float(bitPattern: 1), "is 1e-45"),
        ]
        for (value, problem) in impossible {
            let text = try message {
                try overwrite(name + ".input_factors", in: $0, at: 8, with: [value])
            }
            #expect(text.contains("factor of input 2 \(problem)"), "\(text)")
            #expect(text.contains(name), "\(text)")
        }
        let text = try message {
            try overwrite(name + ".input_factors", in: $0, at: 8, with: [.nan])
        }
        #expect(text.contains("input_factors"), "\(text)")
    }

    @Test("made before there were factors are read, and factors change what they give")
    func olderForm() throws {
        let source = try SentenceEncoder(GoldenVectors.tinyFolder, options: .int8())
        let expected = try source.encode(texts, role: .query)
        func rename(_ folder: URL, _ old: String, _ new: String) throws {
            let file = folder.appendingPathComponent("model.safetensors")
            var bytes = try Data(contentsOf: file)
            while let range = bytes.range(of: Data(old.utf8)) {
                bytes.replaceSubrange(range, with: Data(new.utf8))
            }
            try bytes.write(to: file)
        }
        let spoil = { folder in
            try rename(folder, "v1+factors\"", "v1\"        ")
            try rename(folder, "input_factors", "other_factors")
        }
        try withFolder(embeddings: .stored, spoil: spoil) { folder in
            let own = try SentenceEncoder(folder, options: .int8()).encode(texts, role: .query)
            #expect(own != expected)
        }
    }

    @Test("cut at any place are refused, never a crash")
    func truncated() throws {
        let whole = try withFolder {
            try Data(contentsOf: $0.appendingPathComponent("model.safetensors"))
        }
        for count in stride(from: 0, to: whole.count, by: max(1, whole.count / 40)) {
            let text = try message {
                try whole.prefix(count).write(to: $0.appendingPathComponent("model.safetensors"))
            }
            #expect(text.contains("model.safetensors"), "\(text)")
        }
    }
}
