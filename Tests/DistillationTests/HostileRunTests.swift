import AjanDistillation
import AjanTraining
import Foundation
import TestSupport
import Testing

@Suite("What lies in a run's folder is not believed")
struct HostileRunTests {
    private static let changes: [String: String?] = [
        "held-out": "held-out: 6", "evaluation": "evaluation:\n  every: 8",
        "training": "training:\n  steps: 8\n  batch-tokens: 128\n  learning-rate: 1e-3",
    ]

    /// Runs until `steps` steps are taken now.
    private func run(_ tiny: TinyDistillation, steps: Int = .max) throws {
        var taken = 0
        let checked = try CheckedRecipe(RecipeFile(tiny.recipe))
        _ = try DistillationRun(
            checked, output: tiny.output, threads: 1, embeddingCache: nil,
            report: { event in if case .step = event { taken += 1 } },
            isCancelled: { taken >= steps }
        ).run(through: .train)
    }

    /// Calls `body` with a run that was stopped after two steps, and its checkpoint.
    private func withStoppedRun(_ body: (TinyDistillation, URL) throws -> Void) throws {
        try TemporaryFolder.with { folder in
            let tiny = try TinyDistillation(in: folder, texts: 60, changes: Self.changes)
            #expect(throws: CancellationError.self) { try run(tiny, steps: 2) }
            let checkpoint = tiny.output.appendingPathComponent(
                "checkpoints/step-00000002.safetensors")
            try #require(FileManager.default.fileExists(atPath: checkpoint.path))
            try body(tiny, checkpoint)
        }
    }

    /// The bytes of a safetensors file whose header has `new` for the first match of `old`.
    private func changed(_ file: Data, _ old: String, _ new: String) throws -> Data {
        let count = file.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
        var header = String(decoding: file.dropFirst(8).prefix(count), as: UTF8.self)
        let match = try #require(header.firstMatch(of: try Regex(old)), "no \(old) in the header")
        header.replaceSubrange(match.range, with: new)
        while header.utf8.count % 8 != 0 { header += " " }
        let size = (0..<8).map { UInt8(header.utf8.count >> (8 * $0) & 255) }
        return Data(size) + Data(header.utf8) + file.dropFirst(8 + count)
    }

    @Test("places, counts and steps of a checkpoint that cannot be are refused")
    func checkpoints() throws {
        try withStoppedRun { tiny, checkpoint in
            let whole = try Data(contentsOf: checkpoint)
            let number = #"\\":-?[0-9]+"#
            var cases = ["batches", "textIndex", "textEpoch", "pairIndex", "pairEpoch"].flatMap {
                name in
                ["-1", "\(Int.max)", "\(Int.min)"].map {
                    (name + number, name + #"\":"# + $0)
                }
            }
            cases += [
                ("textIndex" + number, #"textIndex\":60"#),
                ("pairIndex" + number, #"pairIndex\":1"#),
                (#"first\\":"#, #"fist\":"#), (#"best\\":"#, #"test\":"#),
            ]
            for (old, new) in cases {
                try changed(whole, old, new).write(to: checkpoint)
                let error = #expect(throws: DistillationError.self, "\(new)") { try run(tiny) }
                #expect(
                    "\(error.map { "\($0)" } ?? "")".contains("the checkpoint is damaged"), "\(new)"
                )
            }
            for step in ["-1", "\(Int.max)", "2147483648"] {
                try changed(
                    whole, #""ajan.training.step":"2""#, #""ajan.training.step":""# + step + "\""
                ).write(to: checkpoint)
                #expect(throws: TrainingError.self, "\(step)") { try run(tiny) }
            }
            try whole.write(to: checkpoint)
            try run(tiny)
        }
    }

    @Test("files of strange names and lines of a log that cannot be are passed over")
    func strays() throws {
        try withStoppedRun { tiny, checkpoint in
            for name in ["step-9", "step--0000005", "step-+0000009", "step-00000009.old", "step-"] {
                try Data("x".utf8).write(
                    to: checkpoint.deletingLastPathComponent()
                        .appendingPathComponent("\(name).safetensors"))
            }
            let log = tiny.output.appendingPathComponent("log.jsonl")
            let step = #"{"step":{"gradientNorm":0,"learningRate":0,"loss":0,"seconds":0,"step":1,"#
            let line = step + #""steps":8,"tokens":\#(Int.max)}}"# + "\n"
            let kept = try Data(contentsOf: log)
            try (kept + Data((line + line + "[[[\n").utf8)).write(to: log)
            try run(tiny)
            let text = try String(contentsOf: log, encoding: .utf8)
            #expect(!text.contains("\(Int.max)"))
            #expect(text.split(separator: "\n").count { $0.hasPrefix(#"{"step""#) } == 8)
        }
    }
}
