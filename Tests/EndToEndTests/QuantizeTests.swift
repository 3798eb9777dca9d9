import Foundation
import TestSupport
import Testing

@Suite("ajan quantize and ajan bench")
struct QuantizeTests {
    private static let text = "kargom ne zaman gelir?"

    @Test("write a folder that embeds, with the bits of the source when embeddings are stored")
    func roundTrip() throws {
        try TemporaryFolder.with { folder in
            let output = folder.appendingPathComponent("int8").path
            let written = try Program.run([
                "quantize", tinyModel, output, "--embeddings", "stored", "--json",
            ])
            #expect(written.status == 0, "\(written.error)")
            let report = try JSONSerialization.jsonObject(with: written.output) as? [String: Any]
            #expect(report?["mapsTokenizer"] as? Bool == true)
            let own = try Program.run(["embed", "--model", output, Self.text])
            let source = try Program.run(["embed", "--model", tinyModel, Self.text])
            #expect(own.status == 0 && own.output == source.output, "\(own.error)")
        }
    }

    @Test("refuse a folder that exists, and f32 from an int8 folder, in one line each")
    func refusals() throws {
        try TemporaryFolder.with { folder in
            let output = folder.appendingPathComponent("int8").path
            #expect(try Program.run(["quantize", tinyModel, output]).status == 0)
            let again = try Program.run(["quantize", tinyModel, output])
            #expect(again.status == 1 && again.error.contains("something is there already"))
            let float = try Program.run([
                "embed", "--model", output, "--precision", "f32", Self.text,
            ])
            #expect(float.status == 1 && float.error.contains("int8 weights"), "\(float.error)")
            #expect(float.error.split(separator: "\n").count == 1)
        }
    }

    @Test("measure, and say what was computed by a checksum that repeats")
    func bench() throws {
        let command = [
            "bench", "--model", tinyModel, "--rounds", "2", "--threads", "1", "--json", Self.text,
            "iade süresi kaç gün?",
        ]
        let results = try (0..<2).map { _ in
            let outcome = try Program.run(command)
            #expect(outcome.status == 0, "\(outcome.error)")
            return try JSONSerialization.jsonObject(with: outcome.output) as? [String: Any]
        }
        #expect(results[0]?["texts"] as? Int == 2 && results[0]?["threads"] as? Int == 1)
        #expect(results[0]?["checksum"] as? String == results[1]?["checksum"] as? String)
        let none = try Program.run(["bench", "--model", tinyModel, "--rounds", "0", Self.text])
        #expect(none.status == 2 && none.error.contains("--rounds is 0"))
    }
}
