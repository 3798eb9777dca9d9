import AjanAccelerator
import AjanDistillation
import AjanEmbed
import CUDAEmulation
import Foundation
import TestSupport
import Testing

@Suite("A distillation on a device")
struct DeviceRunTests {
    /// Little work: the emulation is slow.
    private static let changes: [String: String?] = [
        "held-out": "held-out: 6", "evaluation": "evaluation:\n  every: 4",
        "training": "training:\n  steps: 8\n  batch-tokens: 128\n  learning-rate: 1e-3\n"
            + "  dropout: 0.1",
    ]

    private func device() throws -> DeviceChoice {
        let library = try unsafe AcceleratorLibrary(
            table: #require(unsafe ajan_cuda_emulated_api()))
        return DeviceChoice(try AcceleratorDevice(library))
    }

    private func run(
        _ tiny: TinyDistillation, on device: DeviceChoice, steps: Int = .max
    ) throws -> DistillationRun.Result {
        var asked = 0
        let checked = try CheckedRecipe(RecipeFile(tiny.recipe))
        return try DistillationRun(
            checked, output: tiny.output, threads: 1, device: device, embeddingCache: nil,
            report: { event in if case .step = event { asked += 1 } },
            isCancelled: { asked >= steps }
        ).run()
    }

    private func weights(_ tiny: TinyDistillation) throws -> [String: Data] {
        try TemporaryFolder.contents(tiny.output.appendingPathComponent("tiny"))
            .filter { $0.key != "README.md" }
    }

    @Test("learns as on the processor, and a run that was stopped ends with the same bits")
    func road() throws {
        let device = try device()
        let whole = try TemporaryFolder.with { folder in
            let tiny = try TinyDistillation(in: folder, texts: 60, changes: Self.changes)
            let result = try run(tiny, on: device)
            let (first, best) = (try #require(result.first), try #require(result.best))
            #expect(best.heldOutCosine > first.heldOutCosine)
            return (weights: try weights(tiny), cosine: best.heldOutCosine)
        }
        try TemporaryFolder.with { folder in
            let tiny = try TinyDistillation(in: folder, texts: 60, changes: Self.changes)
            for steps in [2, 3] {
                #expect(throws: CancellationError.self) {
                    try run(tiny, on: device, steps: steps)
                }
            }
            _ = try run(tiny, on: device)
            #expect(try weights(tiny) == whole.weights)
        }
        try TemporaryFolder.with { folder in
            let tiny = try TinyDistillation(in: folder, texts: 60, changes: Self.changes)
            let best = try #require(try run(tiny, on: .processor).best)
            #expect(abs(best.heldOutCosine - whole.cosine) < 1e-3)
        }
    }

    @Test("does not take the teacher's vectors of the processor for its own")
    func identity() throws {
        try TemporaryFolder.with { folder in
            let tiny = try TinyDistillation(in: folder, texts: 60, changes: Self.changes)
            _ = try run(tiny, on: .processor)
            let error = #expect(throws: DistillationError.self) {
                try run(tiny, on: try device())
            }
            #expect(error?.description.contains("another teacher") == true)
        }
    }

    @Test("refuses a batch that the device has no room for before any work, by the recipe's line")
    func memory() throws {
        try TemporaryFolder.with { folder in
            let size = "training:\n  steps: 1\n  batch-tokens: 90_000_000"
            let tiny = try TinyDistillation(in: folder, changes: ["training": size])
            let checked = try CheckedRecipe(RecipeFile(tiny.recipe), memory: .max)
            let error = #expect(throws: DistillationError.self) {
                try DistillationRun(checked, output: tiny.output, device: try device()).run()
            }
            let text = error?.description ?? ""
            #expect(text.contains("training.batch-tokens: 90000000") && text.contains("are free"))
            #expect(!FileManager.default.fileExists(atPath: tiny.output.path))
        }
    }
}
