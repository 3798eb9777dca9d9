import AjanCompute
import AjanCorpus
import Foundation
import TestSupport
import Testing

/// Recipes, manifests and inputs that were made, or misspelt, to break a build: each is one line of
/// complaint.
@Suite struct HostileInputTests {
    private static let input =
        "inputs: [{name: a, files: a.txt, format: lines, licence: CC0-1.0}]\n"

    /// What reading a recipe complains of, and the line.
    private func complaint(_ text: String) throws -> (line: Int, problem: String) {
        try TemporaryFolder.with { folder in
            let file = folder.appendingPathComponent("r.yaml")
            try Data(text.utf8).write(to: file)
            let error = #expect(throws: CorpusError.self, "accepted: \(text.prefix(200))") {
                _ = try CorpusRecipe(file: file)
            }
            guard case .recipe(_, let line, let problem)? = error else {
                return (0, error.map { "\($0)" } ?? "")
            }
            return (line, problem)
        }
    }

    @Test(
        "Numbers are decimal: no base 60, no octal, no infinity",
        arguments: [
            "1:0:0:0:0:0:0:0:0:0:0:0:0", "0x10", "0o7", "010", "'5'", "99999999999999999999", "1e3",
            ".inf", "--5", "_",
        ])
    func integers(number: String) throws {
        let seed = try complaint("version: 1\nname: a\n\(Self.input)seed: \(number)\n")
        #expect(seed.line == 4 && seed.problem.contains("whole number"), "\(seed)")
        guard number != "010", number != "1e3" else { return }
        let share = try complaint(
            "version: 1\nname: a\n\(Self.input)filters:\n  digit_share_max: \(number)\n")
        #expect(share.line == 5 && share.problem.contains("a number"), "\(share)")
    }

    @Test("The version 1:0:0:0:0:0:0:0:0:0:0:0:0 is a complaint")
    func version() throws {
        let found = try complaint("version: 1:0:0:0:0:0:0:0:0:0:0:0:0\nname: a\n")
        #expect(found.line == 1 && found.problem.contains("whole number"), "\(found)")
    }

    @Test("Aliases are refused where they begin, before anything doubles")
    func aliases() throws {
        var bomb = "version: 1\na0: &a0 {x: 1, y: 2}\n"
        for number in 1...60 {
            let last = number - 1
            bomb += "a\(number): &a\(number) {? *a\(last) : 1, ? [*a\(last)] : 1}\n"
        }
        let cases = [
            (bomb, 2), ("version: 1\r\nname: *x\r\n", 2), ("version: 1\nname: &x a\n", 2),
            ("version: 1\n# *a &b\nname: \"*a\"\nseed: [1, *b]\n", 4),
            ("version: 1\nname: >\n  *a\n  &b\n? *c\n: 1\n", 5),
        ]
        for (text, line) in cases {
            let found = try complaint(text)
            #expect(
                found.line == line && found.problem.hasPrefix("aliases are not read; write it out"),
                "\(found) for \(text.prefix(80))")
        }
    }

    @Test("Where & and * are letters, they are read")
    func letters() throws {
        try TemporaryFolder.with { folder in
            let file = folder.appendingPathComponent("r.yaml")
            let text = """
                version: 1  # *one &two
                name: a *b &c
                inputs:
                  - {name: "*x", files: '&*.txt', format: lines, licence: "a & b *"}
                  - {name: "@x", files: 'a*.txt', format: lines, licence: a}
                decontaminate: [a*b, "* &"]
                """
            try Data(text.utf8).write(to: file)
            let recipe = try CorpusRecipe(file: file)
            #expect(recipe.name == "a *b &c" && recipe.inputs.map(\.name) == ["*x", "@x"])
            #expect(recipe.inputs[0].files.lastPathComponent == "&*.txt")
            #expect(recipe.evaluationSets.map(\.lastPathComponent) == ["a*b", "* &"])
        }
    }

    @Test("Nesting without end, an empty recipe and one that is too large are complaints")
    func shapes() throws {
        for open in ["[", "{", "- ", "? "] {
            let found = try complaint(String(repeating: open, count: 100_000))
            #expect(found.problem.contains("not YAML"), "\(found)")
        }
        for text in ["", "\n", "# nothing yet\n", "---\n"] {
            #expect(try complaint(text).problem == "the recipe is empty")
        }
        let large = String(repeating: "# much\n", count: 100_000)
        #expect(try complaint(large).problem.contains("at most 256 kB"))
        #expect(throws: CorpusError.input(path: "/no/r.yaml", problem: "the recipe cannot be read"))
        {
            _ = try CorpusRecipe(file: URL(fileURLWithPath: "/no/r.yaml"))
        }
    }

    // MARK: Snapshots

    private func manifest(records: Int, shards: [Int]) -> Data {
        let rows = shards.enumerated().map { number, records in
            """
            {"file": "shards/\(number).jsonl.gz", "sha256": "", "contentSHA256": "", "byteCount": 1,
            "records": \(records)}
            """
        }
        let text = """
            {"format": 1, "name": "a", "recipe": "", "seed": 1, "unit": "sentence",
            "textContract": "tr-1", "versions": {}, "inputs": [], "decontaminatedAgainst": {},
            "stages": [], "records": \(records), "textByteCount": 0,
            "shards": [\(rows.joined(separator: ","))]}
            """
        return Data(text.utf8)
    }

    @Test("A manifest whose counts cannot be is refused when it is opened")
    func counts() throws {
        let cases: [(Int, [Int])] = [
            (-1, []), (.max, []), (.min, []), (1, [-1, 2]), (1, [.max, .max]),
            (1, [Int](repeating: 1 << 50, count: 2)), (1 << 62, [1]),
        ]
        try TemporaryFolder.with { folder in
            let file = folder.appendingPathComponent("manifest.json")
            for (records, shards) in cases {
                try manifest(records: records, shards: shards).write(to: file)
                let error = #expect(throws: CorpusError.self, "\(records), \(shards)") {
                    _ = try CorpusSnapshot(at: folder)
                }
                #expect("\(error.map { "\($0)" } ?? "")".contains("manifest.json: the manifest is"))
            }
            try manifest(records: 7, shards: [3, 4]).write(to: file)
            let snapshot = try CorpusSnapshot(at: folder)
            #expect(try snapshot.problems(pool: ComputePool(threads: 1)).count == 2)
        }
    }

    // MARK: Misspelt recipes

    private func refusal(
        _ files: [String: String], format: String, fields: String
    ) throws -> String {
        try TemporaryFolder.with { folder in
            for (name, text) in files {
                let file = folder.appendingPathComponent("in/\(name)")
                try FileManager.default.createDirectory(
                    at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
                try Data(text.utf8).write(to: file)
            }
            let recipe = folder.appendingPathComponent("r.yaml")
            let text = """
                version: 1
                name: a
                inputs: [{name: a, files: in, format: \(format), \(fields)licence: CC0-1.0}]
                """
            try Data(text.utf8).write(to: recipe)
            let error = #expect(throws: CorpusError.self) {
                _ = try CorpusBuild(
                    recipe: CorpusRecipe(file: recipe), out: folder.appendingPathComponent("s"),
                    threads: 1
                ).run()
            }
            return "\(error.map { "\($0)" } ?? "")"
        }
    }

    @Test("A misspelt field is named, with those that there are")
    func misspeltField() throws {
        let line = #"{"text": "Bir cümle.", "n": {"text": [1]}, "source": "a"}"#
        let lines = ["a.jsonl": "\n" + [String](repeating: line, count: 20).joined(separator: "\n")]
        let missing = try refusal(lines, format: "jsonl", fields: "fields: {text: metin}, ")
        #expect(
            missing.hasSuffix(
                "a.jsonl:2: the field 'metin' is missing; fields are 'text', 'n', 'source'"),
            "\(missing)")
        let other = try refusal(lines, format: "jsonl", fields: "fields: {text: n}, ")
        #expect(other.hasSuffix("a.jsonl:2: the field 'n' holds no text"), "\(other)")
        let broken = try refusal(["a.jsonl": "{\n{\n"], format: "jsonl", fields: "")
        #expect(broken.contains("2 of 2 lines are broken"), "\(broken)")
    }

    @Test("A folder without files of the format is named, with the endings that were looked for")
    func noFiles() throws {
        let found = try refusal(["a.txt": "Bir."], format: "jsonl", fields: "")
        #expect(found.contains("/in: no files of format jsonl in this folder, for the input 'a'"))
        #expect(found.contains("looked for .json, .jsonl, .ndjson, and the same with .gz or .zst"))
        let none = try refusal([:], format: "jsonl", fields: "")
        #expect(none.contains("/in: no file, folder or match of this name"), "\(none)")
    }
}
