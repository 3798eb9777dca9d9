import AjanCompute
import AjanCorpus
import AjanDocuments
import Foundation
import TestSupport
import Testing

/// Whole builds of small recipes: counts, sameness, resuming, verifying, refusals.
@Suite struct BuildTests {
    private func build(_ recipe: URL, out: URL, threads: Int = 2) throws -> CorpusSnapshot {
        try CorpusBuild(recipe: CorpusRecipe(file: recipe), out: out, threads: threads).run()
    }

    private var sampleRecipe: URL {
        Repository.root.appendingPathComponent("recipes/corpus-sample.yaml")
    }

    private func texts(_ snapshot: CorpusSnapshot) throws -> [String] {
        var texts: [String] = []
        try snapshot.forEachRecord { _, record in texts.append(record.text) }
        return texts
    }

    @Test("The sample corpus keeps what is Turkish prose and drops the rest for the right reason")
    func sample() throws {
        try TemporaryFolder.with { folder in
            let snapshot = try build(sampleRecipe, out: folder.appendingPathComponent("s"))
            let texts = try texts(snapshot)
            #expect(texts.count == snapshot.count && texts.count > 100)
            #expect(texts.contains("Her sonbahar binlerce leylek Boğaz'ın üzerinden geçer."))
            #expect(
                texts.contains { $0.contains("[TELEFON]") }
                    && texts.contains { $0.contains("[IBAN]") })
            let gone = [
                "çerez", "Sepete ekle", "Bu gün hava çox", "written in English", "Salom",
                "0532 123 45 67", "stoktaki urunler", "Stoktaki ürünler sipariş onayından",
            ]
            for piece in gone {
                #expect(!texts.contains { $0.contains(piece) }, "\(piece) is still there")
            }
            #expect(Set(texts).count == texts.count)
            let reasons = Set(snapshot.manifest.stages.flatMap(\.reasons.keys))
            let expected: Set<String> = [
                "boilerplate", "boilerplate-lines", "too-short", "other-language", "mixed-language",
                "test-near", "document-duplicate", "duplicate", "near-duplicate",
                "repeated-document",
            ]
            #expect(
                reasons.isSuperset(of: expected), "\(expected.subtracting(reasons)) never happened")
            for (before, after) in zip(
                snapshot.manifest.stages, snapshot.manifest.stages.dropFirst())
            {
                #expect(
                    before.given == after.taken || after.name == "split"
                        || after.unit != before.unit)
            }
            #expect(snapshot.manifest.stages.last?.given == snapshot.count)
        }
    }

    @Test("One thread, three threads and parts merged later give the same manifest")
    func sameBytes() throws {
        try TemporaryFolder.with { folder in
            let one = try build(sampleRecipe, out: folder.appendingPathComponent("a"), threads: 1)
            let three = try build(sampleRecipe, out: folder.appendingPathComponent("b"), threads: 3)
            let parts = try CorpusBuild(
                recipe: CorpusRecipe(file: sampleRecipe), out: folder.appendingPathComponent("c"),
                threads: 1)
            #expect(throws: CorpusError.self) { _ = try parts.merge() }
            for part in [2, 3, 1] { try parts.prepare(part: part, of: 3) }
            let merged = try parts.merge()
            #expect(one.manifestHash == three.manifestHash)
            #expect(one.manifestHash == merged.manifestHash)
        }
    }

    /// Near-duplicates of documents and of texts and a sample: everything that spills.
    private func spillingRecipe(in folder: URL) throws -> URL {
        let words = ["kargo", "sipariş", "fatura", "iade", "adres", "mağaza", "indirim", "kupon"]
        let lines = (0..<5_000).map { number in
            let own = (0..<24).map { place in
                // Every third document is an earlier one but for a word; every twentieth is one.
                let source = number % 20 == 19 ? number / 20 : number % 3 == 2 ? number / 3 : number
                let isChanged = number % 3 == 2 && number % 20 != 19 && place == 11
                return words[(source &* 31 &+ place &* place &* 7 &+ source / 8) % 8]
                    + "\(isChanged ? number : (source &* 131 &+ place) % 97)"
            }
            let text = own.joined(separator: " ")
            return #"{"text": "Bugün \#(text) için bir yazı ve bir soru daha geldi."}"#
        }
        try Data(lines.joined(separator: "\n").utf8)
            .write(to: folder.appendingPathComponent("a.jsonl"))
        let text = """
            version: 1
            name: a
            inputs: [{name: a, files: a.jsonl, licence: CC0-1.0}]
            unit: passage
            filters: {turkish_share_min: 0, repetition: false, digit_share_max: 1,
              letter_share_min: 0}
            deduplicate:
              documents: {exact: true}
              texts: {exact: true, near: {threshold: 0.7, shingles: words, size: 2}}
            sample: {records: 60}
            """
        let recipe = folder.appendingPathComponent("r.yaml")
        try Data(text.utf8).write(to: recipe)
        return recipe
    }

    @Test("However little is held in memory, the manifest is the same")
    func boundedMemory() throws {
        try TemporaryFolder.with { folder in
            let recipe = try spillingRecipe(in: folder)
            let usual = try build(recipe, out: folder.appendingPathComponent("a"))
            let reasons = Set(usual.manifest.stages.flatMap(\.reasons.keys))
            #expect(
                reasons.isSuperset(of: ["document-duplicate", "near-duplicate", "not-sampled"]),
                "the premise: every stage has work, \(reasons)")
            var memory = BuildMemory()
            memory.segmentBatches = 1
            memory.sortRecords = 101
            memory.mergeRuns = 3
            memory.tablePages = 1
            let tight = try CorpusBuild(
                recipe: CorpusRecipe(file: recipe), out: folder.appendingPathComponent("b"),
                threads: 2, memory: memory
            ).run()
            #expect(tight.manifestHash == usual.manifestHash)
        }
    }

    @Test("A flipped byte and a stray shard are found")
    func verifies() throws {
        try TemporaryFolder.with { folder in
            let snapshot = try build(sampleRecipe, out: folder.appendingPathComponent("s"))
            let pool = ComputePool(threads: 1)
            #expect(try snapshot.problems(pool: pool).isEmpty)
            let shard = snapshot.folder.appendingPathComponent(snapshot.manifest.shards[0].file)
            var bytes = try Data(contentsOf: shard)
            bytes[bytes.count / 2] ^= 1
            try bytes.write(to: shard)
            #expect(try snapshot.problems(pool: pool).count == 1)
            try Data().write(to: snapshot.folder.appendingPathComponent("shards/99999.jsonl.gz"))
            #expect(try snapshot.problems(pool: pool).count == 2)
        }
    }

    @Test("Texts in Windows-1254 make the corpus that they make in UTF-8")
    func windowsTexts() throws {
        let lines = [
            "Her sonbahar binlerce leylek Boğaz'ın üzerinden geçerek güneye uçar.",
            "Kütüphane, öğrenciler için akşam saat dokuza kadar açık tutuluyor.",
        ]
        let inputs = "inputs: [{name: a, files: a.txt, format: lines, licence: CC0-1.0}]\n"
        let texts = try [String.Encoding.utf8, .windowsCP1254].map { encoding in
            try TemporaryFolder.with { folder in
                let text = lines.joined(separator: "\n")
                let bytes = try #require(text.data(using: encoding))
                try bytes.write(to: folder.appendingPathComponent("a.txt"))
                let recipe = folder.appendingPathComponent("a.yaml")
                try Data("version: 1\nname: a\n\(inputs)".utf8).write(to: recipe)
                return try self.texts(try build(recipe, out: folder.appendingPathComponent("s")))
            }
        }
        #expect(texts[0].count == 2 && texts[0] == texts[1], "\(texts)")
    }

    @Test("Every refusal names file and line")
    func refusals() throws {
        let input = "inputs: [{name: a, files: a.txt, format: lines, licence: CC0-1.0}]\n"
        let cases: [(String, Int, String)] = [
            ("version: 1\nname: a\ninput: b\n", 3, "unknown key 'input'"),
            ("version: 2\nname: a\n", 1, "expected 1"),
            ("version: 1\n\(input)", 1, "'name' is missing"),
            (
                "version: 1\nname: a\n\(input)unit: paragraph\n", 4,
                "none of sentence, passage, document"
            ),
            ("version: 1\nname: a\n\(input)filters:\n  words_min: many\n", 5, "whole number"),
            (
                "version: 1\nname: a\n\(input)filters:\n  letter_share_min: 1.5\n", 5,
                "from 0.0 to 1.0"
            ),
            (
                "version: 1\nname: a\n\(input)sample: {records: 5, shares: {web: 1}}\n", 4,
                "no input has"
            ),
            ("version: 1\nname: a\n\(input)seed: 1\nseed: 2\n", 4, "given twice: 'seed'"),
            ("version: 1\nname: [\n", 3, "not YAML"),
            (
                "version: 1\nname: a\ninputs:\n  - {name: a, files: $AJAN_NO_SUCH/x, licence: x}\n",
                4, "no AJAN_NO_SUCH"
            ),
        ]
        try TemporaryFolder.with { folder in
            let file = folder.appendingPathComponent("r.yaml")
            for (text, line, words) in cases {
                try Data(text.utf8).write(to: file)
                do {
                    _ = try CorpusRecipe(file: file)
                    Issue.record("accepted: \(text)")
                } catch let error as CorpusError {
                    guard case .recipe(_, let at, let problem) = error else {
                        Issue.record("\(error)")
                        continue
                    }
                    #expect(at == line && problem.contains(words), "\(error) for \(text)")
                }
            }
        }
    }

    @Test("Broken lines are counted; too many of them stop the build")
    func brokenLines() throws {
        try TemporaryFolder.with { folder in
            var lines = (0..<99).map {
                #"{"text": "Bu satırda \#($0 * 7919) numaralı ağaç anlatılıyor."}"#
            }
            lines.append(#"{"text": "Bu satır yarım kal"#)
            try Data(lines.joined(separator: "\n").utf8)
                .write(to: folder.appendingPathComponent("a.jsonl"))
            let recipe = folder.appendingPathComponent("r.yaml")
            func write(_ share: String) throws {
                let text = """
                    version: 1
                    name: a
                    inputs: [{name: a, files: a.jsonl, licence: CC0-1.0, broken_share_max: \(share)}]
                    """
                try Data(text.utf8).write(to: recipe)
            }
            try write("0.01")
            let snapshot = try build(recipe, out: folder.appendingPathComponent("s"))
            #expect(snapshot.manifest.inputs[0].broken == 1 && snapshot.count == 99)
            try write("0.005")
            #expect(throws: CorpusError.self) {
                try build(recipe, out: folder.appendingPathComponent("t"))
            }
            #expect(
                !FileManager.default.fileExists(atPath: folder.appendingPathComponent("t").path))
        }
    }
}
