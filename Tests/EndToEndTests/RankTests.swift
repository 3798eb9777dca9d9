#if MPI
    import AjanCompute
    import Foundation
    import AjanSafetensors
    import TestSupport
    import Testing

    /// `swift test -c release --traits MPI --filter RankTests`; needs `mpirun` of Open MPI.
    @Suite("ajan distill under mpirun")
    struct RankTests {
        /// Two micro-batches in every step, one for each rank.
        private static func training(steps: Int) -> [String: String] {
            [
                "training": "training:\n  steps: \(steps)\n  batch-tokens: 256\n  "
                    + "accumulation: 2\n  learning-rate: 1e-3\n  dropout: 0.1"
            ]
        }

        /// Starts two ranks that work on `tiny`.
        private func start(_ tiny: TinyDistillation, outputIn folder: URL) throws -> Process {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            process.arguments =
                ["mpirun", "--allow-run-as-root", "--oversubscribe", "-n", "2", Program.url.path]
                + arguments(tiny)
            let log = folder.appendingPathComponent("mpirun")
            try Data().write(to: log)
            process.standardOutput = try FileHandle(forWritingTo: log)
            process.standardError = process.standardOutput
            process.standardInput = FileHandle.nullDevice
            try process.run()
            return process
        }

        private func arguments(_ tiny: TinyDistillation) -> [String] {
            ["distill", tiny.recipe.path, "--output", tiny.output.path, "--threads", "1"]
        }

        private func weights(_ tiny: TinyDistillation) -> URL {
            tiny.output.appendingPathComponent("tiny/model.safetensors")
        }

        @Test("two ranks give the weights of one process within 1e-6, and the same bits each time")
        func weights() throws {
            try TemporaryFolder.with { folder in
                let runs = try ["one", "two", "again"].map { name in
                    let own = folder.appendingPathComponent(name)
                    try FileManager.default.createDirectory(
                        at: own, withIntermediateDirectories: true)
                    return try TinyDistillation(in: own, changes: Self.training(steps: 24))
                }
                #expect(try Program.run(arguments(runs[0])).status == 0)
                for run in runs.dropFirst() {
                    let process = try start(run, outputIn: run.folder)
                    process.waitUntilExit()
                    #expect(process.terminationStatus == 0)
                }
                let bytes = try runs.dropFirst().map { try Data(contentsOf: weights($0)) }
                #expect(bytes[0] == bytes[1])
                let one = try Checkpoint(file: weights(runs[0]))
                let two = try Checkpoint(file: weights(runs[1]))
                for name in one.names {
                    let pair = try [one, two].map { try $0.tensor(name).floats() }
                    var largest: Float = 0
                    for row in 0..<pair[0].rows {
                        largest = zip(pair[0].row(row), pair[1].row(row))
                            .reduce(largest) { max($0, abs($1.0 - $1.1)) }
                    }
                    // The gradient of a key bias is zero but for rounding, and AdamW makes a whole
                    // step of whatever is left: no more than the sum of the rates.
                    #expect(largest <= (name.hasSuffix("key.bias") ? 24e-3 : 1e-6), "\(name)")
                }
            }
        }

        @Test("a rank that is killed ends the job, and the next one gives the bits of a quiet job")
        func killed() throws {
            try TemporaryFolder.with { folder in
                let runs = try ["quiet", "killed"].map { name in
                    let own = folder.appendingPathComponent(name)
                    try FileManager.default.createDirectory(
                        at: own, withIntermediateDirectories: true)
                    return try TinyDistillation(in: own, changes: Self.training(steps: 600))
                }
                let quiet = try start(runs[0], outputIn: runs[0].folder)
                quiet.waitUntilExit()
                #expect(quiet.terminationStatus == 0)

                let job = try start(runs[1], outputIn: runs[1].folder)
                let checkpoints = runs[1].output.appendingPathComponent("checkpoints").path
                for _ in 0..<2_000 where try !hasState(checkpoints) {
                    Thread.sleep(forTimeInterval: 0.01)
                }
                let ranks = try children(of: job.processIdentifier)
                #expect(ranks.count == 2, "the premise: both ranks are at work")
                kill(try #require(ranks.last), SIGKILL)
                job.waitUntilExit()
                #expect(job.terminationStatus != 0)
                for _ in 0..<500 where ranks.contains(where: { kill($0, 0) == 0 }) {
                    Thread.sleep(forTimeInterval: 0.01)
                }
                #expect(ranks.allSatisfy { kill($0, 0) != 0 }, "no rank is left")

                let second = try start(runs[1], outputIn: runs[1].folder)
                second.waitUntilExit()
                #expect(second.terminationStatus == 0)
                let bytes = try runs.map { try Data(contentsOf: weights($0)) }
                #expect(bytes[0] == bytes[1])
            }
        }

        private func hasState(_ folder: String) throws -> Bool {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
            return names.contains { $0.hasPrefix("step-") }
        }

        /// The processes that `process` has started.
        private func children(of process: Int32) throws -> [Int32] {
            let text = try String(
                contentsOfFile: "/proc/\(process)/task/\(process)/children", encoding: .utf8)
            return text.split(separator: " ").compactMap { Int32($0) }
        }
    }
#endif
