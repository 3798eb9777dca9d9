import AjanCompute
import AjanDocuments
package import Foundation

extension CorpusRecipe {
    private static let version = 1

    /// Reads and checks a recipe. Paths in it start at the folder of the recipe; `$NAME` and
    /// `${NAME}` at their beginning stand for a variable of the environment.
    ///
    /// - Throws: `CorpusError.input` when the file cannot be read, `CorpusError.recipe` with file
    ///   and line.
    package init(file: URL) throws {
        guard let data = RecipeYAML.contents(of: file) else {
            throw CorpusError.input(path: file.path, problem: "the recipe cannot be read")
        }
        let root = try RecipeNode(data, path: file.path)
        try root.allow(
            "version", "name", "seed", "inputs", "unit", "passages", "filters", "personal_data",
            "deduplicate", "decontaminate", "sample", "output")
        guard try root.integer("version", in: 0...1_000, default: -1) == Self.version else {
            throw root.error("version", "expected \(Self.version)")
        }
        self.init(name: try root.string("name"))
        digest = FileDigest.sha256(data)
        seed = UInt64(try root.integer("seed", in: 0...Int.max, default: 1))
        let base = file.standardizedFileURL.deletingLastPathComponent()
        inputs = try root.nodes("inputs").map { try Self.input($0, base: base) }
        try checkNames(root)
        unit = try root.choice("unit", default: .sentence)
        if let node = try root.node("passages") { passages = try Self.passages(node) }
        if let node = try root.node("filters") { filters = try FilterSettings(node) }
        if let node = try root.node("personal_data") { personalData = try Self.personalData(node) }
        if let node = try root.node("deduplicate") { try readDuplicates(node) }
        evaluationSets = try (root.strings("decontaminate") ?? []).map {
            try Self.url($0, base: base, node: root, key: "decontaminate")
        }
        if let node = try root.node("sample") { sample = try sampleSettings(node) }
        if let node = try root.node("output") { output = try Self.output(node) }
    }

    private func checkNames(_ root: RecipeNode) throws {
        var seen: Set<String> = []
        for input in inputs where !seen.insert(input.name).inserted {
            throw root.error("inputs", "two inputs are named \(quoted: input.name)")
        }
    }

    private static func input(_ node: RecipeNode, base: URL) throws -> Input {
        try node.allow("name", "files", "format", "fields", "licence", "domain", "broken_share_max")
        let name = try node.string("name")
        var input = Input(
            name: name,
            files: try url(try node.string("files"), base: base, node: node, key: "files"),
            format: try node.choice("format", default: .jsonl), licence: try node.string("licence"),
            domain: try node.string(ifPresent: "domain") ?? name)
        input.brokenShareMax = try node.number("broken_share_max", in: 0...1, default: 0.01)
        if let fields = try node.node("fields") {
            guard input.format == .jsonl else {
                throw node.error("fields", "only the format jsonl has fields")
            }
            try fields.allow("text", "title", "url")
            input.fields.text = try fields.string("text")
            input.fields.title = try fields.string(ifPresent: "title")
            input.fields.url = try fields.string(ifPresent: "url")
        }
        return input
    }

    /// A path of the recipe as a place on this machine.
    private static func url(
        _ path: String, base: URL, node: RecipeNode, key: String
    ) throws -> URL {
        guard path.hasPrefix("$") else {
            return URL(fileURLWithPath: path, relativeTo: base).absoluteURL
        }
        let name = path.dropFirst().prefix { $0 != "/" }.filter { $0 != "{" && $0 != "}" }
        guard let value = ProcessInfo.processInfo.environment[name], !value.isEmpty else {
            throw node.error(
                key, "the environment has no \(name); set it to the folder that is meant")
        }
        let rest = path.drop { $0 != "/" }
        return URL(fileURLWithPath: value + rest)
    }

    private static func passages(_ node: RecipeNode) throws -> PassageSettings {
        try node.allow("sentences_min", "sentences_max", "characters_max")
        let most = try node.integer("sentences_max", in: 1...64, default: 8)
        let least = try node.integer("sentences_min", in: 1...most, default: min(2, most))
        return PassageSettings(
            sentences: least...most,
            charactersMax: try node.integer("characters_max", in: 50...100_000, default: 1_200))
    }

    private static func personalData(_ node: RecipeNode) throws -> PersonalDataSettings {
        try node.allow("action", "types")
        var settings = PersonalDataSettings()
        settings.action = try node.choice("action", default: .replace)
        if let names = try node.strings("types") {
            settings.types = Set(
                try names.map { name in
                    guard let type = PersonalDataType(rawValue: name) else {
                        let known = PersonalDataType.allCases.map(\.rawValue)
                        throw node.error(
                            "types", "\(quoted: name) is none of \(known.joined(separator: ", "))")
                    }
                    return type
                })
        }
        return settings
    }

    private mutating func readDuplicates(_ node: RecipeNode) throws {
        try node.allow("documents", "texts")
        if let inner = try node.node("documents") {
            guard unit != .document else {
                throw node.error("documents", "the unit is document; state it under texts")
            }
            documentDuplicates = try DuplicateSettings(inner)
        }
        if let inner = try node.node("texts") { duplicates = try DuplicateSettings(inner) }
    }

    private func sampleSettings(_ node: RecipeNode) throws -> SampleSettings {
        try node.allow("records", "shares")
        var settings = SampleSettings()
        if node.has("records") {
            settings.records = try node.integer("records", in: 1...1_000_000_000, default: 1)
        }
        guard let shares = try node.node("shares") else { return settings }
        guard settings.records != nil else {
            throw node.error("shares", "shares need a number of records to share")
        }
        let domains = Set(inputs.map(\.domain))
        for domain in shares.keys {
            guard domains.contains(domain) else {
                throw shares.error(domain, "no input has this domain")
            }
            settings.shares[domain] = try shares.number(domain, in: 0...1, default: 0)
        }
        guard settings.shares.values.reduce(0, +) <= 1.000_001 else {
            throw node.error("shares", "they add up to more than 1")
        }
        return settings
    }

    private static func output(_ node: RecipeNode) throws -> OutputSettings {
        try node.allow("compression", "records_per_shard")
        return OutputSettings(
            compression: try node.choice("compression", default: .zstd),
            recordsPerShard: try node.integer(
                "records_per_shard", in: 1...1_000_000, default: 50_000))
    }
}

extension CorpusRecipe.DuplicateSettings {
    fileprivate init(_ node: RecipeNode) throws {
        try node.allow("exact", "near")
        self.init(exact: try node.flag("exact", default: true), near: nil)
        guard let inner = try node.node("near") else { return }
        try inner.allow("threshold", "shingles", "size", "bands", "rows")
        var settings = NearDuplicateSettings()
        settings.threshold = try inner.number("threshold", in: 0.3...1, default: 0.8)
        settings.shingles.unit = try inner.choice("shingles", default: .words)
        let isWords = settings.shingles.unit == .words
        settings.shingles.size = try inner.integer(
            "size", in: isWords ? 1...8 : 3...8, default: isWords ? 3 : 5)
        settings.bands = try inner.integer("bands", in: 1...256, default: 20)
        settings.rows = try inner.integer("rows", in: 1...64, default: 6)
        near = settings
    }
}

extension FilterSettings {
    fileprivate init(_ node: RecipeNode) throws {
        try node.allow(
            "characters_min", "characters_max", "words_min", "letter_share_min", "digit_share_max",
            "repetition", "boilerplate", "turkish_share_min", "offensive")
        self.init()
        let most = try node.integer(
            "characters_max", in: 1...10_000_000, default: characters.upperBound)
        let least = try node.integer(
            "characters_min", in: 0...most, default: min(characters.lowerBound, most))
        characters = least...most
        wordsMin = try node.integer("words_min", in: 0...10_000, default: wordsMin)
        letterShareMin = try node.number("letter_share_min", in: 0...1, default: letterShareMin)
        digitShareMax = try node.number("digit_share_max", in: 0...1, default: digitShareMax)
        repetition = try node.flag("repetition", default: repetition)
        boilerplate = try node.flag("boilerplate", default: boilerplate)
        offensive = try node.flag("offensive", default: offensive)
        guard node.has("turkish_share_min") else { return }
        let share = try node.number("turkish_share_min", in: 0...1, default: 0)
        turkishShareMin = share > 0 ? share : nil
    }
}
