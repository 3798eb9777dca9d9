import AjanAccelerator
import AjanEmbed
import CUDAEmulation
import Foundation
import TestSupport
import Testing

@Suite("An encoder on a device")
struct DeviceTests {
    private let texts = (0..<12).map { index in
        (0...(index * 7 % 13)).map { "kargo \($0 * index)" }.joined(separator: " ")
    }

    private func open(
        _ precision: SentenceEncoder.Precision, at folder: URL = GoldenVectors.tinyFolder,
        device: SentenceEncoder.Device = .cuda
    ) throws -> SentenceEncoder {
        let library = try unsafe AcceleratorLibrary(
            table: #require(unsafe ajan_cuda_emulated_api()))
        var options = SentenceEncoder.Options()
        options.precision = precision
        options.threads = 2
        options.device = device
        return try SentenceEncoder(
            folder, options: options, device: DeviceChoice(AcceleratorDevice(library)))
    }

    @Test("equals sentence-transformers in f32, and nearly in bf16")
    func parity() throws {
        let golden = try GoldenVectors.tiny()
        for (precision, bound) in [(SentenceEncoder.Precision.f32, Float(1e-5)), (.int8, 2e-2)] {
            let model = try open(precision)
            #expect(model.dimensions == 32 && model.usesDevice)
            #expect(model.arithmetic == (precision == .f32 ? "cuda-f32" : "cuda-bf16"))
            let embeddings = try model.encode(golden.texts, role: .none)
            for (embedding, expected) in zip(embeddings, golden.vectors) {
                let differences = zip(embedding.vector, expected).map { abs($0 - $1) }
                #expect((differences.max() ?? 1) <= bound)
            }
        }
    }

    @Test("gives the same bits in any batch, and from many threads at once")
    func independence() async throws {
        let model = try open(.f32)
        let all = try await model.encode(texts, role: .query)
        let reversed = try await model.encode(texts.reversed(), role: .query)
        #expect(reversed == Array(all.reversed()))
        let alone = try await model.encode([texts[7]], role: .query)
        #expect(alone[0] == all[7])
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<2 {
                group.addTask { try await model.encode(texts, role: .query) == all }
            }
            for try await isSame in group { #expect(isSame) }
        }
    }

    @Test("reads long texts in the windows of the processor")
    func windows() throws {
        let long = [(texts + texts).joined(separator: " "), "kısa"]
        let own = try open(.f32).encode(long, role: .passage)
        let expected = try SentenceEncoder(GoldenVectors.tinyFolder, options: .f32())
            .encode(long, role: .passage)
        for (a, b) in zip(own, expected) {
            #expect(a.windows == b.windows)
            #expect(a.tokens == b.tokens)
            #expect(a.kept == b.kept)
            #expect(cosine(a.vector, b.vector) > 0.99999)
        }
        #expect(own[0].windows > 1, "the premise")
    }

    @Test("refuses an int8 folder with cuda, and takes the processor with auto")
    func int8Folder() throws {
        try TemporaryFolder.with { parent in
            let folder = parent.appendingPathComponent("int8", isDirectory: true)
            try ModelQuantizer.quantize(GoldenVectors.tinyFolder, into: folder, embeddings: .int8)
            let error = #expect(throws: (any Error).self) { _ = try open(.int8, at: folder) }
            #expect(error.map { "\($0)" }?.contains("int8 weights") == true)
            let model = try open(.int8, at: folder, device: .auto)
            #expect(!model.usesDevice && model.arithmetic == "int8")
            #expect(model.deviceExplanation.contains("int8 weights"))
        }
    }

    @Test("that is not there is an error with cuda, and the processor with auto")
    func missing() throws {
        let environment = [AcceleratorLibrary.variable: "/nowhere/libajan_cuda.so"]
        #expect(throws: AcceleratorError.self) {
            try DeviceChoice(.cuda, environment: environment)
        }
        let choice = try DeviceChoice(.auto, environment: environment)
        #expect(choice.device == nil)
        #expect(choice.explanation.hasPrefix("the processor, because /nowhere/libajan_cuda.so"))
    }
}
