import Foundation
import TestSupport
import Testing

/// Files that once broke a parser, and files made to try: Fuzz/FailCases, named TARGET-ANYTHING.
@Suite("Files found by fuzzing")
struct FailCaseTests {
    private static let fileNames = [
        "safetensors": "model.safetensors", "pickle": "pytorch_model.bin",
        "sentencepiece": "sentencepiece.bpe.model", "tokenizer": "tokenizer.json",
        "configuration": "config.json",
    ]

    @Test("are refused with one line, by the whole program")
    func refused() throws {
        let folder = Repository.root.appendingPathComponent("Fuzz/FailCases")
        let cases = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        #expect(!cases.isEmpty, "the premise: there are cases")
        for name in cases {
            let target = String(name.prefix { $0 != "-" })
            let fileName = try #require(Self.fileNames[target], "\(name) names no parser")
            try TemporaryFolder.with { work in
                let model = work.appendingPathComponent("model")
                try FileManager.default.copyItem(at: URL(fileURLWithPath: tinyModel), to: model)
                try replace(target, fileName, in: model, by: folder.appendingPathComponent(name))
                let outcome = try Program.run(["embed", "--model", model.path, "iade"])
                #expect(outcome.status == 1, "\(name): \(outcome.status) \(outcome.error)")
                #expect(outcome.error.split(separator: "\n").count == 1, "\(name)")
            }
        }
    }

    /// Puts the case where the program will read it, and takes away what it would read instead.
    private func replace(_ target: String, _ fileName: String, in model: URL, by file: URL) throws {
        let others = ["pickle": "model.safetensors", "sentencepiece": "tokenizer.json"]
        for unwanted in [fileName, others[target]].compactMap({ $0 }) {
            try? FileManager.default.removeItem(at: model.appendingPathComponent(unwanted))
        }
        try FileManager.default.copyItem(at: file, to: model.appendingPathComponent(fileName))
    }
}
