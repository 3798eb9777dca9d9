import Foundation
import TestSupport
import Testing

@Suite("ajan index and ajan search, killed and side by side")
struct IndexTests {
    private struct Hit: Decodable {
        let name: String
    }

    private struct Answer: Decodable {
        let hits: [Hit]
    }

    private struct Report: Decodable {
        let passages: Int
        let generation: Int
        let problems: [String]
    }

    /// A corpus in two states, and an index of it.
    private struct Corpus {
        let folder: URL
        let count: Int

        var documents: URL { folder.appendingPathComponent("belgeler") }
        var index: String { folder.appendingPathComponent("my.index").path }
        var arguments: [String] {
            ["index", documents.path, "--out", index, "--model", tinyModel, "--graph-from", "200"]
        }

        /// Stands in every document of a version: short, as BM25 looks at five letters.
        private func word(_ version: Int) -> String { "s\(version)x" }

        /// Writes state `version`: every document holds its version, and some come and go.
        func write(version: Int) throws {
            try FileManager.default.createDirectory(
                at: documents, withIntermediateDirectories: true)
            for file in 0..<8 {
                let lines = (0..<count / 8).map { line in
                    #"{"id": "f\#(file)n\#(line)", "text": "\#(word(version)) belge\#(file)y\#(line)z"}"#
                }
                try lines.joined(separator: "\n").write(
                    to: documents.appendingPathComponent("\(file).jsonl"), atomically: true,
                    encoding: .utf8)
            }
        }

        /// Brings the index up to date and says how long it took.
        func secondsOfUpdate() throws -> Double {
            let start = Date()
            let outcome = try Program.run(arguments)
            #expect(outcome.status == 0, "\(outcome.error)")
            return Date().timeIntervalSince(start)
        }

        /// What a search for the version's word finds.
        func found(version: Int) throws -> Int {
            let outcome = try Program.run([
                "search", index, word(version), "--mode", "lexical", "--limit", "1000",
                "--json",
            ])
            #expect(outcome.status == 0, "\(outcome.error)")
            return try JSONDecoder().decode(Answer.self, from: outcome.output).hits.count
        }

        func verify() throws -> Report {
            let outcome = try Program.run(["index", "verify", index, "--json"])
            #expect(!outcome.output.isEmpty, "status \(outcome.status): \(outcome.error)")
            return try JSONDecoder().decode(Report.self, from: outcome.output)
        }
    }

    /// Kills `process` after some time; false when it had ended before.
    private func stop(_ process: Process, after seconds: Double) -> Bool {
        Thread.sleep(forTimeInterval: seconds)
        let wasRunning = process.isRunning
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        return wasRunning
    }

    @Test("kill -9 at 50 points of building and updating leaves the old state or the new one")
    func kills() throws {
        try TemporaryFolder.with { folder in
            let corpus = Corpus(folder: folder, count: 240)
            try corpus.write(version: 0)
            // The quickest of three: on a busy machine later updates may be faster than one.
            let duration = try (0..<3).map { _ in
                try? FileManager.default.removeItem(atPath: corpus.index)
                return try corpus.secondsOfUpdate()
            }
            .reduce(Double.infinity) { min($0, $1) }
            try FileManager.default.removeItem(atPath: corpus.index)
            var (killed, compared) = (0, 0)
            for round in 0..<50 {
                // Every fifth round begins with no index, so that building is hit as well.
                if round % 5 == 0 { try? FileManager.default.removeItem(atPath: corpus.index) }
                let before = round % 5 == 0 ? nil : round - 1
                try corpus.write(version: round)
                let process = try Program.start(corpus.arguments, outputIn: folder)
                // Steps of the golden ratio fall everywhere in the duration, whatever their number.
                let moment =
                    0.02 + 0.98 * (Double(round) * 0.618_034).truncatingRemainder(dividingBy: 1)
                if stop(process, after: duration * moment) { killed += 1 }
                if try check(corpus, version: round, before: before, moment: moment) {
                    compared += 1
                }
                _ = try corpus.secondsOfUpdate()
                #expect(try corpus.verify().problems == [])
                #expect(try corpus.found(version: round) == corpus.count)
            }
            #expect(killed >= 15, "the premise: many rounds are hit; \(killed)")
            #expect(compared >= 30, "the premise: most rounds leave an index; \(compared)")
        }
    }

    /// - Returns: whether there was a finished index to look at.
    private func check(
        _ corpus: Corpus, version: Int, before: Int?, moment: Double
    ) throws -> Bool {
        guard FileManager.default.fileExists(atPath: corpus.index + "/index.sqlite") else {
            return false
        }
        let report = try corpus.verify()
        #expect(report.problems == [], "killed at \(moment) of round \(version)")
        guard report.generation > 0 else { return false }
        let new = try corpus.found(version: version)
        let old = try before.map { try corpus.found(version: $0) } ?? 0
        #expect(
            (new, old) == (corpus.count, 0) || (new, old) == (0, corpus.count),
            "a mix of \(new) new and \(old) old passages after a kill at \(moment)")
        return true
    }

    @Test("Two processes search without a fault while a third one writes")
    func readersAndWriter() throws {
        try TemporaryFolder.with { folder in
            let corpus = Corpus(folder: folder, count: 240)
            try corpus.write(version: 0)
            #expect(try Program.run(corpus.arguments).status == 0)
            let questions = Data(
                (0..<3000).map { "belge\($0 % 8)y\($0 % 50)z" }.joined(separator: "\n").utf8)
            let readers = try (0..<2).map { number in
                let place = folder.appendingPathComponent("reader\(number)")
                try FileManager.default.createDirectory(
                    at: place, withIntermediateDirectories: true)
                return (
                    place,
                    try Program.start(
                        ["search", corpus.index, "-", "--json", "--limit", "3"], input: questions,
                        outputIn: place)
                )
            }
            var updates = 0
            while readers.contains(where: { $0.1.isRunning }), updates < 40 {
                updates += 1
                try corpus.write(version: updates)
                #expect(try Program.run(corpus.arguments).status == 0)
            }
            #expect(updates >= 2, "the premise: the index changed under the readers")
            for (place, process) in readers {
                process.waitUntilExit()
                let error = try String(
                    contentsOf: place.appendingPathComponent("error"), encoding: .utf8)
                #expect(process.terminationStatus == 0, "\(error)")
                let lines = try Data(contentsOf: place.appendingPathComponent("output"))
                    .split(separator: UInt8(ascii: "\n"))
                #expect(lines.count == 3000)
                for line in lines {
                    let answer = try JSONDecoder().decode(Answer.self, from: Data(line))
                    #expect(!answer.hits.isEmpty)
                }
            }
            #expect(try corpus.verify().problems == [])
        }
    }
}
