import Foundation
import TestSupport
import Testing

/// `ajan corpus build` as processes that die, share the work, or are checked afterwards.
@Suite("ajan corpus build")
struct CorpusBuildTests {
    private static let seed: UInt64 = 20_261_125
    private static let files = 24

    /// Writes a recipe over two dozen files and returns it. Every file is a work item of its own.
    private func recipe(in folder: URL) throws -> URL {
        let sample = Repository.root.appendingPathComponent("Samples/corpus/forum.txt")
        let lines = try String(contentsOf: sample, encoding: .utf8).split(separator: "\n")
        for file in 0..<Self.files {
            // Each line comes with a number of its own, each tenth also as it is.
            let text = (0..<40).flatMap { turn in
                lines.enumerated().map { place, line in
                    place % 10 == 0 ? "\(line)" : "\(line) Bu kayıt \(file) ve \(turn) sayılıdır."
                }
            }
            let name = String(file + 100)
            try Data(text.joined(separator: "\n").utf8)
                .write(to: folder.appendingPathComponent("\(name).txt"))
        }
        let recipe = folder.appendingPathComponent("recipe.yaml")
        let text = """
            version: 1
            name: kills
            inputs: [{name: forum, files: "*.txt", format: lines, licence: CC0-1.0}]
            deduplicate:
              texts: {exact: true, near: {threshold: 0.9, shingles: characters, size: 5}}
            output: {compression: zstd, records_per_shard: 500}
            """
        try Data(text.utf8).write(to: recipe)
        return recipe
    }

    private func build(_ recipe: URL, _ name: String, _ more: String...) -> [String] {
        let out = recipe.deletingLastPathComponent().appendingPathComponent(name)
        return ["corpus", "build", recipe.path, "--out", out.path, "--threads", "1"] + more
    }

    @discardableResult
    private func expectSuccess(_ arguments: [String]) throws -> Duration {
        try ContinuousClock().measure {
            let outcome = try Program.run(arguments)
            #expect(outcome.status == 0, "\(outcome.error)")
        }
    }

    /// When each finished segment in a work folder was written.
    private func segmentDates(_ folder: URL) throws -> [String: Date] {
        var dates: [String: Date] = [:]
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path)
        where name.hasSuffix(".json") && !name.hasPrefix(".") {
            let path = folder.appendingPathComponent(name).path
            dates[name] =
                try FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date
        }
        return dates
    }

    @Test("killed while it prepares and while it merges, it goes on and gives the same bytes")
    func kills() throws {
        try TemporaryFolder.with { folder in
            let recipe = try recipe(in: folder)
            let prepare = try expectSuccess(build(recipe, "quiet", "--stage", "prepare"))
            let merge = try expectSuccess(build(recipe, "quiet", "--stage", "merge"))
            let quiet = try TemporaryFolder.contents(folder.appendingPathComponent("quiet"))
            #expect(quiet.keys.filter { $0.hasPrefix("shards/") }.count > 1, "the premise: shards")

            let work = folder.appendingPathComponent("killed.work")
            let prepareKilled = try Program.kill(
                build(recipe, "killed", "--stage", "prepare"), times: 5, within: prepare,
                seed: Self.seed, outputIn: folder)
            let before = try segmentDates(work)
            #expect(prepareKilled > 0 && !before.isEmpty, "the premise: killed between segments")
            try expectSuccess(build(recipe, "killed", "--stage", "prepare"))
            let after = try segmentDates(work)
            #expect(after.count == Self.files)
            for (name, date) in before {
                #expect(after[name] == date, "\(name) was made again")
            }

            let mergeKilled = try Program.kill(
                build(recipe, "killed", "--stage", "merge"), times: 5, within: merge,
                seed: Self.seed, outputIn: folder)
            #expect(mergeKilled > 0, "the premise: some merge was killed (seed \(Self.seed))")
            try expectSuccess(build(recipe, "killed", "--stage", "merge"))
            #expect(try TemporaryFolder.contents(folder.appendingPathComponent("killed")) == quiet)
        }
    }

    @Test("prepared by processes side by side, two of them on the same part, it is the same")
    func parts() throws {
        try TemporaryFolder.with { folder in
            let recipe = try recipe(in: folder)
            try expectSuccess(build(recipe, "whole"))
            let processes = try ["1/3", "2/3", "3/3", "3/3"].enumerated().map { number, part in
                let own = folder.appendingPathComponent("process-\(number)")
                try FileManager.default.createDirectory(at: own, withIntermediateDirectories: true)
                return try Program.start(
                    build(recipe, "parts", "--stage", "prepare", "--part", part), outputIn: own)
            }
            for process in processes {
                process.waitUntilExit()
                #expect(process.terminationStatus == 0)
            }
            try expectSuccess(build(recipe, "parts", "--stage", "merge"))
            #expect(
                try TemporaryFolder.contents(folder.appendingPathComponent("parts"))
                    == TemporaryFolder.contents(folder.appendingPathComponent("whole")))
        }
    }

    @Test("verify finds a flipped byte in any shard and names the shard")
    func flippedByte() throws {
        try TemporaryFolder.with { folder in
            let recipe = try recipe(in: folder)
            try expectSuccess(build(recipe, "snap"))
            let snap = folder.appendingPathComponent("snap")
            let shards = snap.appendingPathComponent("shards")
            #expect(try Program.run(["corpus", "verify", snap.path]).status == 0)
            for name in try FileManager.default.contentsOfDirectory(atPath: shards.path).prefix(3) {
                let shard = shards.appendingPathComponent(name)
                let sound = try Data(contentsOf: shard)
                for place in [0, sound.count / 2, sound.count - 1] {
                    var bytes = sound
                    bytes[place] ^= 1
                    try bytes.write(to: shard)
                    let outcome = try Program.run(["corpus", "verify", snap.path])
                    #expect(outcome.status == 1 && outcome.error.contains("shards/\(name)"))
                }
                try sound.write(to: shard)
            }
            #expect(try Program.run(["corpus", "verify", snap.path]).status == 0)
        }
    }
}
