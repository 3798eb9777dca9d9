import Foundation
import TestSupport
import Testing

/// The road of recipes/ajan-embed-mini.yaml at two percent of its size, with a small vocabulary:
/// from texts to an int8 folder.
@Suite(
    "ajan-embed-mini at two percent",
    .enabled(if: RealModel.isAvailableOrRequired, "\(RealModel.skipReason)"),
    .enabled(if: SharedData.isAvailableOrRequired, "\(SharedData.skipReason)"))
struct MiniTests {
    private let corpus = SharedData.root.appendingPathComponent(
        "corpus/text/wikipedia_tr_exams_sentences.jsonl.gz")

    /// The recipe with the places of this test and a fiftieth of its texts and steps.
    private func recipe(in folder: URL) throws -> URL {
        let file = Repository.root.appendingPathComponent("recipes/ajan-embed-mini.yaml")
        var text = try String(contentsOf: file, encoding: .utf8)
        let changes = [
            ("../.build/mini/student", folder.path + "/student"),
            ("../.build/mini/corpus", corpus.path),
            ("../.build/mini/cache", folder.path + "/cache"),
            ("batch-tokens: 2048", "batch-tokens: 128"),
        ]
        for (old, new) in changes {
            #expect(text.contains(old), "the premise: the recipe says \(old)")
            text = text.replacing(old, with: new)
        }
        text.replace(/limit: ([0-9_]+)/) { "limit: \(scaled($0.output.1))" }
        text.replace(/steps: ([0-9_]+)/) { "steps: \(scaled($0.output.1))" }
        text.replace(/tasks: .*/, with: "tasks: []")
        let own = folder.appendingPathComponent("recipe.yaml")
        try text.write(to: own, atomically: true, encoding: .utf8)
        return own
    }

    private func scaled(_ number: Substring) -> Int {
        max(1, (Int(number.filter { $0 != "_" }) ?? 0) / 50)
    }

    @Test("learns, and does not care how a question is typed, to the bit")
    func road() throws {
        try TemporaryFolder.with { folder in
            let vocabulary = Repository.fixtures("TokenizationTests")
                .appendingPathComponent("folded.model")
            let texts = Repository.root.appendingPathComponent("Samples/sss-tr/corpus.jsonl")
            let surgery = try Program.run([
                "surgery", "--model", RealModel.e5Small.path, "--tokenizer", vocabulary.path,
                "--texts", texts.path, "--text-contract", "tr-1",
                "--out", folder.appendingPathComponent("student").path,
            ])
            #expect(surgery.status == 0, "\(surgery.error)")
            let run = folder.appendingPathComponent("run")
            let outcome = try Program.run(
                ["distill", recipe(in: folder).path, "--output", run.path],
                environment: ["AJAN_DATA": SharedData.root.path])
            #expect(outcome.status == 0, "\(outcome.error)")
            try expectLearning(run)
            let model = run.appendingPathComponent("ajan-embed-mini-int8")
            let vectors = try Typings.vectors(["--model", model.path])
            #expect(vectors.allSatisfy { $0 == vectors[0] })
            try expectCard(of: model)
        }
    }

    /// What the recipe says of the student, and no Python for weights that Python cannot read.
    private func expectCard(of model: URL) throws {
        let card = try String(
            contentsOf: model.appendingPathComponent("README.md"), encoding: .utf8)
        #expect(card.contains("a Turkish vocabulary") && card.contains("## int8"))
        #expect(!card.contains("```python"))
    }

    private func expectLearning(_ run: URL) throws {
        struct Outcome: Decodable {
            struct Measurement: Decodable {
                let heldOutCosine: Double
            }
            let first: Measurement
            let last: Measurement
        }
        let outcome = try JSONDecoder().decode(
            Outcome.self, from: Data(contentsOf: run.appendingPathComponent("training.json")))
        #expect(outcome.last.heldOutCosine > outcome.first.heldOutCosine)
    }
}
