package import Foundation

/// A folder with a recipe that distils a tiny random model, for tests that need the whole road in
/// seconds.
package struct TinyDistillation {
    package let folder: URL

    /// The tiny model that is teacher and student: two layers, a Dense layer, 32 numbers.
    package static let model = Repository.fixtures("AjanEmbedTests")
        .appendingPathComponent("tiny-dense")

    package var recipe: URL { folder.appendingPathComponent("recipe.yaml") }
    package var corpus: URL { folder.appendingPathComponent("texts.jsonl") }
    package var output: URL { folder.appendingPathComponent("run") }

    /// Sections of the recipe by key; tests change or add some.
    package static let sections: [String: String] = [
        "name": "name: tiny",
        "teacher": "teacher:\n  model: \(model.path)\n  precision: f32",
        "student": "student:\n  model: \(model.path)\n  layers: [1]",
        "corpus": "corpus:\n  - path: texts.jsonl\n    role: passage",
        "held-out": "held-out: 20",
        "cache": "cache:\n  shard-rows: 16",
        "loss": "loss:\n  cosine: 1",
        "training":
            "training:\n  steps: 24\n  batch-tokens: 256\n  learning-rate: 1e-3\n  dropout: 0.1",
        "evaluation": "evaluation:\n  every: 8",
        "checkpoints": "checkpoints:\n  every: 3\n  keep: 2",
    ]

    /// Writes the recipe with `changes` (nil removes a section) and a corpus of `texts` sentences.
    package init(
        in folder: URL, texts: Int = 200, changes: [String: String?] = [:]
    ) throws {
        self.folder = folder
        let lines = try Self.sentences(texts).map { text in
            let data = try JSONSerialization.data(withJSONObject: ["text": text])
            return String(decoding: data, as: UTF8.self)
        }
        try (lines.joined(separator: "\n") + "\n")
            .write(to: corpus, atomically: true, encoding: .utf8)
        try write(changes)
    }

    /// Writes the recipe again.
    package func write(_ changes: [String: String?]) throws {
        var sections = Self.sections.mapValues { Optional($0) }
        sections.merge(changes) { $1 }
        let text = sections.keys.sorted().compactMap { sections[$0] ?? nil }
            .joined(separator: "\n")
        try (text + "\n").write(to: recipe, atomically: true, encoding: .utf8)
    }

    /// Different sentences out of the passages of the sample task.
    package static func sentences(_ count: Int) throws -> [String] {
        let file = Repository.root.appendingPathComponent("Samples/sss-tr/corpus.jsonl")
        let passages = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
            .compactMap { line -> String? in
                let object = try JSONSerialization.jsonObject(with: Data(line.utf8))
                return (object as? [String: Any])?["text"] as? String
            }
        guard !passages.isEmpty else {
            throw TestSupportError(description: "\(file.path) holds no passage")
        }
        let sentences = passages.flatMap { $0.split(separator: ".").map { "\($0)." } }
        return (0..<count).map { index in
            "Soru \(index): \(sentences[index % sentences.count])"
        }
    }
}
