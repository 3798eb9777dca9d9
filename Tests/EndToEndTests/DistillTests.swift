import Foundation
import TestSupport
import Testing

@Suite("ajan distill")
struct DistillTests {
    /// Seed of the moments at which processes are killed.
    private static let seed: UInt64 = 20_261_125

    private func distill(_ tiny: TinyDistillation, _ more: String...) -> [String] {
        ["distill", tiny.recipe.path, "--output", tiny.output.path, "--threads", "1"] + more
    }

    /// Kills some runs of `arguments`, then lets one finish; how many were really killed.
    private func runWithKills(
        _ arguments: [String], kills: Int, within duration: Duration, in folder: URL
    ) throws -> Int {
        let killed = try Program.kill(
            arguments, times: kills, within: duration, seed: Self.seed, outputIn: folder)
        let outcome = try Program.run(arguments)
        #expect(outcome.status == 0, "\(outcome.error)")
        return killed
    }

    @Test("killed while it caches, by one process or by two, leaves the bytes of a quiet run")
    func cacheKills() throws {
        let changes = ["cache": "cache:\n  shard-rows: 4"]
        var duration = Duration.zero
        let quiet = try TemporaryFolder.with { folder in
            let tiny = try TinyDistillation(in: folder, texts: 600, changes: changes)
            duration = try ContinuousClock().measure {
                let outcome = try Program.run(distill(tiny, "--through", "cache"))
                #expect(outcome.status == 0, "\(outcome.error)")
            }
            return try TemporaryFolder.contents(tiny.output.appendingPathComponent("cache"))
        }
        #expect(quiet.count == 301, "the premise: 150 shards, their sidecars and the key")
        try TemporaryFolder.with { folder in
            let tiny = try TinyDistillation(in: folder, texts: 600, changes: changes)
            let killed = try runWithKills(
                distill(tiny, "--through", "cache"), kills: 6, within: duration, in: folder)
            #expect(killed > 0, "the premise: some run was killed (seed \(Self.seed))")
            let cache = tiny.output.appendingPathComponent("cache")
            #expect(try TemporaryFolder.contents(cache) == quiet)
        }
        try TemporaryFolder.with { folder in
            let tiny = try TinyDistillation(in: folder, texts: 600, changes: changes)
            let second = folder.appendingPathComponent("second")
            try FileManager.default.createDirectory(at: second, withIntermediateDirectories: true)
            let processes = try [folder, second].map {
                try Program.start(distill(tiny, "--through", "cache"), outputIn: $0)
            }
            for process in processes {
                process.waitUntilExit()
                #expect(process.terminationStatus == 0)
            }
            let cache = tiny.output.appendingPathComponent("cache")
            #expect(try TemporaryFolder.contents(cache) == quiet)
        }
    }

    @Test("killed while it trains gives the weights of a quiet run, to the bit")
    func trainingKills() throws {
        let changes = [
            "noise": "noise:\n  clean-share: 0.5\n  kinds: [lower-case, swapped-letters]",
            "export": "export:\n  formats: [f32, f16, int8]",
        ]
        let models = ["tiny", "tiny-f16", "tiny-int8"]
        func finished(_ tiny: TinyDistillation) throws -> [[String: Data]] {
            try models.map { name in
                // The card tells seconds, everything else must be the same.
                try TemporaryFolder.contents(tiny.output.appendingPathComponent(name))
                    .filter { $0.key != "README.md" }
            }
        }
        var duration = Duration.zero
        let quiet = try TemporaryFolder.with { folder in
            let tiny = try TinyDistillation(in: folder, changes: changes)
            duration = try ContinuousClock().measure {
                let outcome = try Program.run(distill(tiny))
                #expect(outcome.status == 0, "\(outcome.error)")
            }
            return try finished(tiny)
        }
        #expect(quiet.allSatisfy { $0.keys.contains("model.safetensors") })
        try TemporaryFolder.with { folder in
            let tiny = try TinyDistillation(in: folder, changes: changes)
            let killed = try runWithKills(
                distill(tiny), kills: 8, within: duration, in: folder)
            #expect(killed > 0, "the premise: some run was killed (seed \(Self.seed))")
            #expect(try finished(tiny) == quiet)
            let left = try FileManager.default.subpathsOfDirectory(atPath: tiny.output.path)
            #expect(left.filter { $0.contains(".partial-") || $0.contains(".old-") }.isEmpty)
        }
    }

    @Test("interrupted saves, says so with status 130, and goes on")
    func interrupted() throws {
        try TemporaryFolder.with { folder in
            let tiny = try TinyDistillation(
                in: folder,
                changes: [
                    "training": "training:\n  steps: 100000\n  batch-tokens: 256",
                    "checkpoints": "checkpoints:\n  every: 100000",
                ])
            let process = try Program.start(distill(tiny), outputIn: folder)
            let log = tiny.output.appendingPathComponent("log.jsonl")
            for _ in 0..<600 where ((try? Data(contentsOf: log))?.count ?? 0) < 2_000 {
                Thread.sleep(forTimeInterval: 0.05)
            }
            kill(process.processIdentifier, SIGINT)
            process.waitUntilExit()
            #expect(process.terminationStatus == 130)
            let states = try FileManager.default.contentsOfDirectory(
                atPath: tiny.output.appendingPathComponent("checkpoints").path)
            #expect(states.contains { $0.hasPrefix("step-") }, "\(states)")
        }
    }

    @Test("stops when the loss is no number, in one line that names step and texts")
    func notFinite() throws {
        try TemporaryFolder.with { folder in
            let model = folder.appendingPathComponent("model")
            try FileManager.default.copyItem(at: TinyDistillation.model, to: model)
            // Embeddings whose sums overflow.
            let file = model.appendingPathComponent("model.safetensors")
            var bytes = [UInt8](try Data(contentsOf: file))
            let header = bytes[0..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
            let huge = unsafe withUnsafeBytes(of: Float(3e38).bitPattern.littleEndian) {
                unsafe Array($0)
            }
            for start in stride(from: 8 + header, to: bytes.count, by: 4) {
                bytes.replaceSubrange(start..<start + 4, with: huge)
            }
            try Data(bytes).write(to: file)
            let tiny = try TinyDistillation(
                in: folder,
                changes: ["student": "student:\n  model: \(model.path)\n  layers: [1]"])
            let outcome = try Program.run(distill(tiny))
            #expect(outcome.status == 1)
            let last = outcome.error.split(separator: "\n").last ?? ""
            #expect(
                last.contains("step 0: the loss is not finite (held-out texts)"),
                "\(outcome.error)")
            let made = tiny.output.appendingPathComponent("tiny").path
            #expect(!FileManager.default.fileExists(atPath: made))
        }
    }

    @Test("refuses another recipe in the same folder, and a recipe that is wrong, in one line")
    func refusals() throws {
        try TemporaryFolder.with { folder in
            let tiny = try TinyDistillation(in: folder, texts: 40)
            #expect(try Program.run(distill(tiny, "--through", "cache")).status == 0)
            try tiny.write(["training": "training:\n  steps: 5\n  seed: 9"])
            let other = try Program.run(distill(tiny, "--through", "cache"))
            #expect(
                other.status == 1 && other.error.contains("another 'training'"), "\(other.error)")
            try tiny.write(["training": "training:\n  stpes: 5"])
            let wrong = try Program.run(distill(tiny))
            #expect(wrong.status == 1 && wrong.error.contains("stpes"), "\(wrong.error)")
            #expect(wrong.error.split(separator: "\n").count == 1)
        }
    }

    @Test("writes a report without a link to anywhere, a log, and a card with every section")
    func writings() throws {
        try TemporaryFolder.with { folder in
            let tiny = try TinyDistillation(
                in: folder,
                changes: [
                    "evaluation": "evaluation:\n  every: 8\n  watch: [sss-tr]\n  tasks: [sss-tr]"
                ])
            let outcome = try Program.run(
                distill(tiny, "--json"), environment: ["AJAN_CACHE": folder.path])
            #expect(outcome.status == 0, "\(outcome.error)")
            let report = try String(
                contentsOf: tiny.output.appendingPathComponent("report.html"), encoding: .utf8)
            #expect(report.contains("<polyline") && !report.contains("http"))
            let card = try String(
                contentsOf: tiny.output.appendingPathComponent("tiny/README.md"), encoding: .utf8)
            for section in [
                "# tiny", "## Benchmark", "## Usage", "## Training", "## Data",
                "## Hyper-parameters", "## Limitations", "## Licence", "undistilled student",
            ] {
                #expect(card.contains(section), "\(section) is missing")
            }
            let log = try String(
                contentsOf: tiny.output.appendingPathComponent("log.jsonl"), encoding: .utf8)
            #expect(log.split(separator: "\n").count == 24 + 4, "24 steps, 4 measurements")
        }
    }
}
