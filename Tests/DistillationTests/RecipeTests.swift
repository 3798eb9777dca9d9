import AjanDistillation
import AjanEvaluation
import AjanTurkishText
import Foundation
import TestSupport
import Testing

@Suite("Recipes")
struct RecipeTests {
    private func check(
        _ changes: [String: String?], memory: Int? = nil,
        after: (TinyDistillation) throws -> Void = { _ in }
    ) throws -> CheckedRecipe {
        try TemporaryFolder.with { folder in
            let tiny = try TinyDistillation(in: folder, texts: 30, changes: changes)
            try after(tiny)
            return try CheckedRecipe(RecipeFile(tiny.recipe), memory: memory)
        }
    }

    @Test("that are sound are read, whole and in part")
    func sound() throws {
        let checked = try check([:])
        #expect(checked.dimensions == 32)
        #expect(checked.recipe.training.length == .steps(24))
        #expect(checked.recipe.student.layers == [1])
        #expect(checked.memoryByteCount > 0)
        let rest = try check([
            "noise": "noise:\n  clean-share: 0.5\n  kinds: [lower-case]",
            "pairs": "pairs:\n  share: 0.5",
            "corpus": "corpus:\n  - path: texts.jsonl\n    kind: pairs\n    fields: [text, title]",
        ])
        #expect(rest.recipe.noise?.kinds == [.lowerCase])
        #expect(rest.recipe.pairs?.scale == 20)
    }

    /// Sections that are wrong, the text of the line that must be blamed, and what must be said.
    private static let faults: [(changes: [String: String?], line: String, message: String)] = [
        (["training": "training:\n  steps: 1\n  lerning-rate: 1"], "lerning-rate", "unknown key"),
        (["teacher": "teacher:\n  model: yok-boyle-model"], "yok-boyle", "no model"),
        (["student": "student:\n  model: /yok"], "/yok", "no model"),
        (["student": nil], "cache", "'student' is missing"),
        (["projection": "projection: 64"], "projection", "Dense module of its own"),
        (
            ["corpus": "corpus:\n  - path: gone.jsonl"], "gone.jsonl", "no corpus file"
        ),
        (
            [
                "corpus": "corpus:\n  - path: texts.jsonl\n    sha256: "
                    + String(repeating: "0", count: 64)
            ], "sha256", "has changed"
        ),
        (
            ["student": "student:\n  model: \(TinyDistillation.model.path)\n  layers: [0, 7]"],
            "layers", "rising numbers"
        ),
        (["decontaminate": "decontaminate: [no-such-set]"], "no-such-set", "no evaluation set"),
        (["training": "training:\n  steps: 3\n  precision: f64"], "f64", "known: f32, bf16"),
        (["training": "training:\n  steps: 0"], "steps", "it must be from 1"),
        (["training": "training:\n  steps: 3\n  epochs: 2"], "epochs", "not both"),
        (["training": "training:\n  steps: 3\n  freeze-layers: 9"], "freeze-layers", "1 layers"),
        (["training": "training:\n  steps: many"], "steps", "whole number"),
        (["training": "training:\n  steps: 1:0:0:0:0:0:0:0:0:0:0:0:0"], "steps", "whole number"),
        (["training": "training:\n  warmup: 0:30"], "warmup", "must be a number"),
        (["training": "training: &a\n  steps: 3"], "training", "aliases are not read"),
        (["noise": "noise:\n  kinds: [*a]"], "kinds", "aliases are not read"),
        (["loss": "loss:\n  mse: 0"], "mse", "every weight"),
        (["loss": "loss:\n  mse: 1\n  matryoshka: [16, 64]"], "matryoshka", "32 numbers"),
        (["noise": "noise:\n  kinds: [drunk]"], "drunk", "known: ascii-letters"),
        (["pairs": "pairs:\n  share: 0.5"], "pairs", "kind: pairs"),
        (["evaluation": "evaluation:\n  tasks: [NoSuchTask]"], "NoSuchTask", "unknown task"),
        (["export": "export:\n  formats: [f8]"], "f8", "known: f32, f16, int8"),
        (
            ["student": "student:\n  model: \(TinyDistillation.model.path)\n  max-tokens: 4096"],
            "max-tokens", "takes 64"
        ),
        (
            [
                "student":
                    "student:\n  model: \(TinyDistillation.model.path)\n  vocabulary: none.json"
            ],
            "none.json", "no tokenizer"
        ),
        (["name": "name: a/b"], "a/b", "letters"),
        (["name": "name: student"], "student", "needs for itself"),
        (["export": "export:\n  formats: [f32, f32]"], "formats", "twice"),
        (["evaluation": "evaluation:\n  data: {destek: .}"], "destek", "no task is called"),
        (["name": "name: [tiny"], "tiny", "not YAML"),
    ]

    @Test("with a fault are refused by file and line", arguments: faults.indices)
    func faulty(index: Int) throws {
        let fault = Self.faults[index]
        try TemporaryFolder.with { folder in
            let tiny = try TinyDistillation(in: folder, texts: 30, changes: fault.changes)
            let error = #expect(throws: DistillationError.self) {
                _ = try CheckedRecipe(RecipeFile(tiny.recipe))
            }
            guard case .recipe(let file, let line, let problem)? = error else {
                Issue.record("expected a recipe error, got \(String(describing: error))")
                return
            }
            #expect(file == tiny.recipe.relativePath)
            #expect(problem.contains(fault.message), "\(problem)")
            #expect(!"\(problem)".contains("\n"), "an error is one line")
            let lines = try String(contentsOf: tiny.recipe, encoding: .utf8).split(separator: "\n")
            let blamed = lines.indices.contains(line - 1) ? String(lines[line - 1]) : ""
            #expect(
                blamed.contains(fault.line) || fault.message.contains("YAML"),
                "line \(line) is '\(blamed)'")
            #expect(!FileManager.default.fileExists(atPath: tiny.output.path), "nothing was begun")
        }
    }

    @Test(
        "whose student gives other dimensions than the teacher name the projection that is missing",
        .enabled(if: RealModel.isAvailableOrRequired, "\(RealModel.skipReason)"))
    func dimensions() throws {
        let error = #expect(throws: DistillationError.self) {
            _ = try check(["teacher": "teacher:\n  model: \(RealModel.e5Small.path)"])
        }
        #expect("\(error.map { "\($0)" } ?? "")".contains("write 'projection: 384'"))
    }

    @Test("whose batch needs more memory than there is name the key to lower")
    func memory() throws {
        let error = #expect(throws: DistillationError.self) { _ = try check([:], memory: 10_000) }
        #expect("\(error.map { "\($0)" } ?? "")".contains("training.batch-tokens"))
    }

    @Test("whose student loses layers need the memory of the layers that are left")
    func memoryAfterSurgery() throws {
        func needed(_ layers: String) throws -> Int {
            let student = "student:\n  model: \(TinyDistillation.model.path)\n  layers: \(layers)"
            return try check(["student": student]).memoryByteCount
        }
        #expect(try needed("[0]") == needed("[1]"))
        #expect(try needed("[0]") < needed("[0, 1]"))
    }

    @Test("that are empty say so, and those that are not there are not read")
    func empty() throws {
        try TemporaryFolder.with { folder in
            let file = folder.appendingPathComponent("recipe.yaml")
            let missing = #expect(throws: DistillationError.self) { _ = try RecipeFile(file) }
            #expect("\(missing.map { "\($0)" } ?? "")".contains("cannot be read"))
            try Data("# later\n".utf8).write(to: file)
            let empty = #expect(throws: DistillationError.self) { _ = try RecipeFile(file) }
            #expect("\(empty.map { "\($0)" } ?? "")".contains("the recipe is empty"))
        }
    }

    @Test("of this project are valid but for models that are not there")
    func own() throws {
        for name in ["quick.yaml", "ajan-embed-q.yaml"] {
            let url = Repository.root.appendingPathComponent("recipes/\(name)")
            let recipe = try RecipeFile(url).recipe
            #expect(!recipe.name.isEmpty)
        }
    }
}
