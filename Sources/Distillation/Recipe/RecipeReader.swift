import AjanCompute
import AjanEmbed
import AjanTraining
import AjanTurkishText
import Foundation

/// Turns the sections of a recipe into the recipe.
struct RecipeReader {
    private var root: RecipeSection
    private(set) var lines: [RecipeFile.Key: Int] = [:]

    init(_ root: RecipeSection) { self.root = root }

    mutating func recipe() throws -> Recipe {
        lines[.projection] = root.line(of: "projection")
        lines[.heldOut] = root.line(of: "held-out")
        let recipe = Recipe(
            name: try name(), teacher: try teacher(), student: try student(),
            projection: try root.int("projection", 8...16_384), corpus: try corpus(),
            decontaminate: try evaluationSets(),
            heldOut: try root.int("held-out", 1...100_000) ?? 500,
            cache: try cache(), noise: try noise(), loss: try loss(), pairs: try pairs(),
            training: try training(), evaluation: try evaluation(),
            checkpoints: try checkpoints(), export: try export())
        try root.finish()
        return recipe
    }

    /// Reads a value and keeps the line of its key for later checks.
    private mutating func noted<Value>(
        _ key: RecipeFile.Key, _ name: String, in section: inout RecipeSection,
        _ read: (inout RecipeSection) throws -> Value
    ) rethrows -> Value {
        lines[key] = section.line(of: name)
        return try read(&section)
    }

    private mutating func evaluationSets() throws -> [String] {
        lines[.decontaminate] = root.line(of: "decontaminate")
        return try root.strings("decontaminate") ?? []
    }

    private mutating func required(_ key: String) throws -> RecipeSection {
        guard let section = try root.section(key) else {
            throw root.error(key, "\(quoted: key) is missing")
        }
        return section
    }

    private mutating func name() throws -> String {
        let name = try root.requiredString("name")
        guard !name.hasPrefix("."),
            name.allSatisfy({ $0.isLetter || $0.isNumber || "-_.+".contains($0) })
        else {
            throw root.error(
                "name", "'name' is \(quoted: name); use letters, digits, '-', '_', '.', '+'")
        }
        guard !RunFolder.ownNames.contains(name) else {
            throw root.error(
                "name", "'name' is \(quoted: name), which the run needs for itself; choose another")
        }
        return name
    }

    private mutating func teacher() throws -> Recipe.Teacher {
        var section = try required("teacher")
        let teacher = Recipe.Teacher(
            model: try noted(.teacher, "model", in: &section) { try $0.requiredString("model") },
            precision: try section.choice("precision", SentenceEncoder.Precision.self) ?? .int8,
            maxTokens: try noted(.teacherMaxTokens, "max-tokens", in: &section) {
                try $0.int("max-tokens", 8...65_536)
            },
            longText: try section.choice("long-text", LongText.self) ?? .window)
        try section.finish()
        return teacher
    }

    private mutating func student() throws -> Recipe.Student {
        var section = try required("student")
        var student = Recipe.Student(
            model: try noted(.student, "model", in: &section) { try $0.requiredString("model") })
        student.layers = try noted(.layers, "layers", in: &section) {
            try $0.ints("layers", 0...255)
        }
        student.vocabulary = try noted(.vocabulary, "vocabulary", in: &section) {
            try $0.string("vocabulary").map { $0 == "corpus" ? .trimmed : .tokenizer($0) }
        }
        student.maxTokens = try noted(.maxTokens, "max-tokens", in: &section) {
            try $0.int("max-tokens", 8...65_536)
        }
        if let version = try section.string("text-contract") {
            guard TextContract.named(version) != nil else {
                throw section.error(
                    "text-contract",
                    "'student.text-contract' is \(quoted: version); known: tr-1, tr-1-uncased")
            }
            student.textContract = version
        }
        student.queryPrompt = try section.string("query-prompt")
        student.passagePrompt = try section.string("passage-prompt")
        try section.finish()
        return student
    }

    private mutating func corpus() throws -> [Recipe.Source] {
        lines[.corpus] = root.line(of: "corpus")
        guard let sections = try root.sections("corpus"), !sections.isEmpty else {
            throw root.error("corpus", "'corpus' must list at least one source of texts")
        }
        return try sections.map(source)
    }

    private func source(_ section: RecipeSection) throws -> Recipe.Source {
        var section = section
        let path = try section.requiredString("path")
        let kind = try section.choice("kind", Recipe.Source.Kind.self) ?? .texts
        let role = try section.choice("role", Role.self) ?? .passage
        let fields =
            try section.strings("fields") ?? (kind == .texts ? ["text"] : ["query", "passage"])
        guard fields.count == (kind == .texts ? 1 : 2) else {
            throw section.error("fields", "'fields' names one field for texts, two for pairs")
        }
        let sha256 = try section.string("sha256")
        if let sha256, sha256.count != 64 || !sha256.allSatisfy({ "0123456789abcdef".contains($0) })
        {
            throw section.error("sha256", "'sha256' must be 64 hexadecimal digits in lower case")
        }
        guard Set(fields).count == fields.count else {
            throw section.error("fields", "'fields' names one field twice")
        }
        let lengths = (
            min: try section.int("min-characters", 1...100_000) ?? 1,
            max: try section.int("max-characters", 1...1_000_000) ?? 100_000
        )
        guard lengths.min <= lengths.max else {
            throw section.error(
                "min-characters",
                "'min-characters' is \(lengths.min), 'max-characters' \(lengths.max): no text fits")
        }
        let source = Recipe.Source(
            path: path, kind: kind, role: role, fields: fields,
            limit: try section.int("limit", 1...100_000_000),
            charactersMin: lengths.min, charactersMax: lengths.max,
            sha256: sha256, isOptional: try section.bool("optional") ?? false,
            line: section.line(of: sha256 == nil ? "path" : "sha256"))
        try section.finish()
        return source
    }

    private mutating func cache() throws -> Recipe.Cache {
        var cache = Recipe.Cache()
        guard var section = try root.section("cache") else { return cache }
        cache.folder = try section.string("folder")
        cache.rows = try section.choice("rows", Recipe.Cache.Rows.self) ?? cache.rows
        cache.shardRows = try section.int("shard-rows", 1...1_000_000) ?? cache.shardRows
        try section.finish()
        return cache
    }

    private mutating func noise() throws -> Recipe.Noise? {
        guard var section = try root.section("noise") else { return nil }
        let kinds =
            try section.strings("kinds")?.map { name in
                try RecipeSection.choice(name, QueryNoise.self) { known in
                    section.error("kinds", "'noise.kinds' has \(quoted: name); \(known)")
                }
            } ?? QueryNoise.allCases
        guard !kinds.isEmpty else { throw section.error("kinds", "'noise.kinds' is empty") }
        let noise = Recipe.Noise(
            cleanShare: try section.number("clean-share", 0...1) ?? 0.5, kinds: kinds,
            secondShare: try section.number("second-share", 0...1) ?? 0.25)
        try section.finish()
        return noise
    }

    private mutating func loss() throws -> Recipe.Loss {
        var loss = Recipe.Loss()
        guard var section = try root.section("loss") else { return loss }
        loss.mse = try section.number("mse", 0...1_000_000) ?? 0
        loss.cosine = try section.number("cosine", 0...1_000_000) ?? 0
        loss.relational = try section.number("relational", 0...1_000_000) ?? 0
        loss.matryoshka = try noted(.matryoshka, "matryoshka", in: &section) {
            try $0.ints("matryoshka", 8...16_384) ?? []
        }
        guard loss.mse + loss.cosine + loss.relational > 0 else {
            throw section.error("mse", "every weight of 'loss' is 0")
        }
        try section.finish()
        return loss
    }

    private mutating func pairs() throws -> Recipe.Pairs? {
        lines[.pairs] = root.line(of: "pairs")
        guard var section = try root.section("pairs") else { return nil }
        let pairs = Recipe.Pairs(
            share: try section.number("share", 0.01...1) ?? 0.25,
            weight: try section.number("weight", 1e-6...1_000_000) ?? 1,
            scale: try section.number("scale", 1...1_000) ?? 20)
        try section.finish()
        return pairs
    }

    private mutating func training() throws -> Recipe.Training {
        var section = try required("training")
        let training = Recipe.Training(
            length: try length(&section),
            batchTokens: try noted(.batchTokens, "batch-tokens", in: &section) {
                try $0.int("batch-tokens", 16...100_000_000) ?? 4_096
            },
            accumulation: try section.int("accumulation", 1...4_096) ?? 1,
            learningRate: try section.number("learning-rate", 1e-9...1) ?? 1e-4,
            wordLearningRate: try section.number("word-learning-rate", 1e-9...1),
            schedule: try section.choice("schedule", LearningRateSchedule.Shape.self) ?? .linear,
            warmup: try section.number("warmup", 0...1) ?? 0.06,
            weightDecay: try section.number("weight-decay", 0...1) ?? 0.01,
            clipNorm: try section.number("clip-norm", 1e-6...1e6) ?? 1,
            dropout: try section.number("dropout", 0...0.9) ?? 0,
            attentionDropout: try section.number("attention-dropout", 0...0.9) ?? 0,
            freezesEmbeddings: try section.bool("freeze-embeddings") ?? false,
            frozenLayers: try noted(.frozenLayers, "freeze-layers", in: &section) {
                try $0.int("freeze-layers", 0...256) ?? 0
            },
            seed: UInt64(try section.int("seed", 0...Int.max) ?? 1),
            precision: try section.choice("precision", ProductPrecision.self) ?? .f32)
        try section.finish()
        return training
    }

    private func length(_ section: inout RecipeSection) throws -> Recipe.Training.Length {
        let steps = try section.int("steps", 1...1_000_000_000)
        let epochs = try section.number("epochs", 0.001...10_000)
        switch (steps, epochs) {
        case (let steps?, nil): return .steps(steps)
        case (nil, let epochs?): return .epochs(epochs)
        case (nil, nil): return .epochs(1)
        case (.some, .some):
            throw section.error("epochs", "give 'training.steps' or 'training.epochs', not both")
        }
    }

    private mutating func evaluation() throws -> Recipe.Cadence {
        var cadence = Recipe.Cadence()
        guard var section = try root.section("evaluation") else { return cadence }
        cadence.every = try section.int("every", 1...1_000_000_000) ?? cadence.every
        cadence.watch = try noted(.watch, "watch", in: &section) { try $0.strings("watch") ?? [] }
        cadence.tasks = try noted(.tasks, "tasks", in: &section) { try $0.strings("tasks") ?? [] }
        if var data = try section.section("data") {
            cadence.data = try data.allStrings()
            let used = Set(cadence.watch + cadence.tasks)
            for name in (cadence.data ?? [:]).keys.sorted() where !used.contains(name) {
                throw data.error(
                    name, "'evaluation.data' has \(quoted: name), which no task is called")
            }
        }
        try section.finish()
        return cadence
    }

    private mutating func checkpoints() throws -> Recipe.Checkpoints {
        var checkpoints = Recipe.Checkpoints()
        guard var section = try root.section("checkpoints") else { return checkpoints }
        checkpoints.every = try section.int("every", 1...1_000_000_000) ?? checkpoints.every
        checkpoints.keep = try section.int("keep", 1...1_000) ?? checkpoints.keep
        try section.finish()
        return checkpoints
    }

    private mutating func export() throws -> Recipe.Export {
        var export = Recipe.Export()
        guard var section = try root.section("export") else { return export }
        export.formats =
            try noted(.formats, "formats", in: &section) { try $0.strings("formats") }?.map {
                name in
                try RecipeSection.choice(name, Recipe.Export.Format.self) { known in
                    section.error("formats", "'export.formats' has \(quoted: name); \(known)")
                }
            } ?? export.formats
        guard !export.formats.isEmpty, Set(export.formats).count == export.formats.count else {
            throw section.error("formats", "'export.formats' is empty or names a format twice")
        }
        export.licence = try section.string("licence") ?? export.licence
        export.about = try section.string("about") ?? export.about
        export.dataStatement = try section.string("data") ?? export.dataStatement
        try section.finish()
        return export
    }
}
