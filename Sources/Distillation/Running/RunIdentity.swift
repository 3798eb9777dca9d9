import AjanCompute
import Crypto
import Foundation

/// What the results of a run depend on. A folder holds the work of one identity.
struct RunIdentity: Codable, Equatable {
    /// The recipe without what only decides where and how often something is written.
    let recipe: Recipe
    let teacher: String
    let student: String
    let corpus: String
    let sources: [TrainingCorpus.SourceRecord]

    init(recipe: Recipe, teacher: String, student: String, corpus: TrainingCorpus) {
        var plain = recipe
        plain.corpus = recipe.corpus.map { source in
            var source = source
            source.line = 0
            return source
        }
        plain.cache = Recipe.Cache()
        plain.checkpoints = Recipe.Checkpoints()
        plain.export = Recipe.Export()
        plain.evaluation.tasks = []
        self.recipe = plain
        self.teacher = teacher
        self.student = student
        self.corpus = corpus.digest
        sources = corpus.sources
    }

    /// One SHA-256 for all of it.
    var digest: String {
        get throws { SHA256.hash(data: try JSONFile.data(self, pretty: false)).hexDigits }
    }

    /// Takes `folder` for this identity, or finds that it is its own already.
    ///
    /// - Throws: `DistillationError.run` when it belongs to another.
    func claim(_ folder: RunFolder) throws {
        // Looked at before the identity is: another process may begin the same run just now.
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.url.path)) ?? []
        if let found = try JSONFile.read(RunIdentity.self, at: folder.identity) {
            guard let difference = difference(from: found) else { return }
            throw DistillationError.run(
                folder: folder.url.path,
                problem: "it was made with another \(difference); give --output another folder, or "
                    + "remove this one")
        }
        let own = folder.checkpoints.lastPathComponent
        guard names.allSatisfy({ $0 == own || $0.hasPrefix(".") }) else {
            throw DistillationError.run(
                folder: folder.url.path,
                problem: "it holds other files; give --output a folder of its own")
        }
        try FileManager.default.createDirectory(
            at: folder.checkpoints, withIntermediateDirectories: true)
        try JSONFile.write(self, to: folder.identity)
    }

    private func difference(from found: RunIdentity) -> String? {
        if found.teacher != teacher { return "teacher" }
        if found.student != student { return "student" }
        if found.corpus != corpus { return "corpus" }
        let parts: [(String, Bool)] = [
            ("'student'", found.recipe.student == recipe.student),
            ("'teacher'", found.recipe.teacher == recipe.teacher),
            ("'noise'", found.recipe.noise == recipe.noise),
            ("'loss'", found.recipe.loss == recipe.loss),
            ("'pairs'", found.recipe.pairs == recipe.pairs),
            ("'training'", found.recipe.training == recipe.training),
        ]
        if let part = parts.first(where: { !$0.1 }) { return part.0 }
        return found.recipe == recipe ? nil : "recipe"
    }
}

/// JSON files of a run: whole or not there, keys sorted.
enum JSONFile {
    static func data(_ value: some Encodable, pretty: Bool = true) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting =
            pretty
            ? [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
            : [.sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(value)
    }

    static func write(_ value: some Encodable, to url: URL) throws {
        let data = try data(value)
        try AtomicFile.write(to: url) { try $0.write(contentsOf: data) }
    }

    private static let byteCountMax = 64 << 20

    /// The value in the file; nil when there is none.
    ///
    /// - Throws: `DistillationError.file` when it is not what `type` says.
    static func read<Value: Decodable>(_ type: Value.Type, at url: URL) throws -> Value? {
        guard let data = try? RegularFile.read(url, upTo: byteCountMax) else { return nil }
        guard let value = try? JSONDecoder().decode(type, from: data) else {
            throw DistillationError.file(
                path: url.path, problem: "the file is damaged or of another version of this program"
            )
        }
        return value
    }
}
