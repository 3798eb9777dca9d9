import Foundation
import TestSupport
import Testing

/// The tiny model with a Dense layer, 32 dimensions.
let tinyModel = Repository.fixtures("AjanEmbedTests").appendingPathComponent("tiny-dense").path

@Suite("ajan embed")
struct EmbedTests {
    private struct Row: Decodable {
        let embedding: [Float]
        let tokens: Int
        let kept: Int
        let windows: Int
    }

    private func rows(_ outcome: Program.Outcome) throws -> [Row] {
        try outcome.text.split(separator: "\n").map {
            try JSONDecoder().decode(Row.self, from: Data($0.utf8))
        }
    }

    @Test("gives one row per text, in order, from arguments, files and standard input alike")
    func sources() throws {
        try TemporaryFolder.with { folder in
            let texts = [
                "kargom ne zaman gelir?", "", "Siparişler iki gün içinde kargoya verilir.",
            ]
            let plain = folder.appendingPathComponent("texts.txt")
            try (texts.joined(separator: "\r\n") + "\r\n").write(
                to: plain, atomically: true, encoding: .utf8)
            let lines = texts.map { "{\"id\": 1, \"body\": \"\($0)\"}" }.joined(separator: "\n\n")
            let jsonl = ["--input-format", "jsonl", "--field", "body"]
            let base = ["embed", "--model", tinyModel]
            let fromArguments = try Program.run(base + texts)
            let fromFile = try Program.run(base + ["--file", plain.path])
            let fromInput = try Program.run(base + ["-"] + jsonl, input: Data(lines.utf8))
            #expect(fromArguments.status == 0, "\(fromArguments.error)")
            #expect(fromFile.output == fromArguments.output)
            #expect(fromInput.output == fromArguments.output, "\(fromInput.error)")
            #expect(fromArguments.error.isEmpty, "silent in a pipe")
            let rows = try rows(fromArguments)
            #expect(rows.count == 3)
            #expect(rows.allSatisfy { $0.embedding.count == 32 && $0.windows == 1 })
            #expect(rows.allSatisfy { $0.tokens == $0.kept && $0.tokens >= 2 })
        }
    }

    @Test("writes the same numbers in every format")
    func formats() throws {
        try TemporaryFolder.with { folder in
            let base = ["embed", "--model", tinyModel, "iade", "fatura"]
            let expected = try rows(Program.run(base)).map(\.embedding)
            let array = try JSONDecoder().decode(
                [Row].self, from: Program.run(base + ["--json"]).output)
            #expect(array.map(\.embedding) == expected)
            let csv = try Program.run(base + ["--format", "csv"]).text.split(separator: "\n")
            #expect(csv[0].hasPrefix("tokens,kept,windows,d0,d1"))
            #expect(
                csv.dropFirst().map {
                    $0.split(separator: ",").dropFirst(3).compactMap { Float($0) }
                } == expected)
            let file = folder.appendingPathComponent("vectors.npy")
            #expect(try Program.run(base + ["--format", "npy", "--output", file.path]).status == 0)
            let bytes = try Data(contentsOf: file)
            #expect(String(decoding: bytes.prefix(128), as: UTF8.self).contains("(2, 32)"))
            let numbers = stride(from: 128, to: bytes.count, by: 4).map { place in
                Float(bitPattern: (0..<4).reduce(0) { $0 | UInt32(bytes[place + $1]) << (8 * $1) })
            }
            #expect(numbers == expected.flatMap { $0 })
        }
    }

    @Test("leaves nothing behind when a line is broken, and names file and line")
    func partialOutput() throws {
        try TemporaryFolder.with { folder in
            let input = folder.appendingPathComponent("in.jsonl")
            try "{\"text\": \"iade\"}\n{\"text\": 3}\n".write(
                to: input, atomically: true, encoding: .utf8)
            let output = folder.appendingPathComponent("out.jsonl")
            let outcome = try Program.run([
                "embed", "--model", tinyModel, "--file", input.path, "--input-format", "jsonl",
                "--output", output.path,
            ])
            #expect(outcome.status == 1)
            #expect(outcome.error.contains("in.jsonl, line 2"), "\(outcome.error)")
            #expect(outcome.error.split(separator: "\n").count == 1)
            let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            #expect(left == ["in.jsonl"], "\(left)")
        }
    }

    @Test("reads bytes that are not UTF-8 without stopping")
    func invalidUTF8() throws {
        let outcome = try Program.run(
            ["embed", "--model", tinyModel, "-"], input: Data([0x6B, 0xFF, 0xC3, 0x28, 0x0A, 0x6B]))
        #expect(outcome.status == 0)
        #expect(try rows(outcome).count == 2)
    }

    @Test("reads Windows-1254 as what it says, and says so; UTF-16 is refused with the way out")
    func otherEncodings() throws {
        let windows = Data([0xFC, 0x72, 0xFC, 0x6E, 0xFC, 0x0A])
        let found = try Program.run(["embed", "--model", tinyModel, "-"], input: windows)
        let expected = try Program.run(["embed", "--model", tinyModel, "ürünü"])
        #expect(found.output == expected.output)
        #expect(found.error.contains("read as Windows-1254 (lines: 1)"), "\(found.error)")
        let refused = try Program.run(
            ["embed", "--model", tinyModel, "-"], input: Data([0xFF, 0xFE, 0x61, 0x00]))
        #expect(refused.status == 1)
        #expect(refused.error.contains("iconv -f UTF-16"), "\(refused.error)")
    }

    @Test(
        "says why when its output cannot be written, and never ends as if it could",
        .enabled(if: FileManager.default.fileExists(atPath: "/dev/full")),
        arguments: ["embed", "similarity"])
    func fullDisk(_ command: String) throws {
        let process = Process()
        process.executableURL = Program.url
        process.arguments = [command, "--model", tinyModel, "iade", "kargo"]
        process.standardOutput = FileHandle(forWritingAtPath: "/dev/full")
        let error = Pipe()
        process.standardError = error
        try process.run()
        let text = String(decoding: error.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 1)
        #expect(text == "ajan: cannot write standard output: No space left on device\n")
    }

    @Test("refuses a folder in place of a file")
    func folderAsFile() throws {
        let outcome = try Program.run(["embed", "--model", tinyModel, "--file", tinyModel])
        #expect(outcome.status == 1)
        #expect(outcome.error.contains("it is a folder"), "\(outcome.error)")
    }

    @Test("ends quietly when its reader goes away")
    func closedPipe() throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        let command =
            "yes 'iade' | head -n 20000 | '\(Program.url.path)' embed --model '\(tinyModel)' - "
            + "| head -n 1 > /dev/null"
        process.arguments = ["-c", command]
        let error = Pipe()
        process.standardError = error
        try process.run()
        let text = String(decoding: error.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(text.isEmpty, "\(text)")
    }
}
