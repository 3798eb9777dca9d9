import AjanCorpus
import AjanTurkishText
import Foundation
import TestSupport
import Testing

/// Planted test texts are found however they were typed; other texts stay.
@Suite(.enabled(if: SharedData.isAvailableOrRequired, Comment(rawValue: SharedData.skipReason)))
struct DecontaminationTests {
    private struct Line: Codable {
        let text: String
    }

    private func paragraphs() throws -> [String] {
        let file = SharedData.root.appendingPathComponent("eval/turhistquad/corpus.jsonl")
        return try Data(contentsOf: file).split(separator: UInt8(ascii: "\n"))
            .map { try JSONDecoder().decode(Line.self, from: $0).text }
            .filter { $0.split(separator: " ").count >= 20 }
    }

    private func withChangedWord(_ text: String) -> String {
        var words = text.split(separator: " ").map(String.init)
        words[words.count / 2] = "değiştirilmiş"
        return words.joined(separator: " ")
    }

    @Test("Verbatim, re-cased, ASCII-typed and with a word changed: every paragraph is found")
    func planted() throws {
        let paragraphs = try paragraphs()
        #expect(paragraphs.count > 200)
        var sets = EvaluationSets()
        try sets.insert(SharedData.root.appendingPathComponent("eval"))
        let changes: [(String) -> String] = [
            { $0 }, TurkishCasing.uppercased, TurkishCasing.englishUppercased,
            TurkishFolding.asciiLetters, TurkishFolding.folded, withChangedWord,
        ]
        for (number, change) in changes.enumerated() {
            let missed = paragraphs.filter { sets.index.match(change($0)) == nil }
            #expect(missed.isEmpty, "change \(number): \(missed.count) missed")
        }
    }

    @Test("A build drops every planted paragraph and keeps every text beside them")
    func build() throws {
        let paragraphs = try paragraphs().prefix(60)
        let own = Repository.root.appendingPathComponent("Samples/corpus/forum.txt")
        let others = try Set(
            String(contentsOf: own, encoding: .utf8).split(separator: "\n").map(String.init)
                .filter { $0.count >= 40 && LanguageIdentifier().turkishShare(of: $0) == 1 })
        let planted = paragraphs.flatMap { text in
            [
                text, TurkishCasing.uppercased(text), TurkishFolding.asciiLetters(text),
                withChangedWord(text),
            ]
        }
        try TemporaryFolder.with { folder in
            let lines = try (planted + others.sorted()).map {
                try JSONEncoder().encode(Line(text: $0))
            }
            try Data(lines.joined(separator: Data("\n".utf8)))
                .write(to: folder.appendingPathComponent("a.jsonl"))
            let recipe = folder.appendingPathComponent("r.yaml")
            try Data(
                """
                version: 1
                name: planted
                unit: document
                inputs: [{name: a, files: a.jsonl, licence: CC0-1.0}]
                filters:
                  {boilerplate: false, repetition: false, turkish_share_min: 0, letter_share_min: 0,
                   digit_share_max: 1}
                personal_data: {action: keep}
                deduplicate: {texts: {exact: false}}
                decontaminate: [\(SharedData.root.path)/eval]
                """.utf8
            ).write(to: recipe)
            let snapshot = try CorpusBuild(
                recipe: CorpusRecipe(file: recipe), out: folder.appendingPathComponent("s"),
                threads: 2
            ).run()
            let stage = snapshot.manifest.stages.first { $0.name == "decontamination" }
            #expect(stage?.reasons.values.reduce(0, +) == planted.count)
            #expect(snapshot.count == others.count)
        }
    }

    @Test("Sentences written for this project are not taken for test texts")
    func others() throws {
        var sets = EvaluationSets()
        try sets.insert(SharedData.root.appendingPathComponent("eval"))
        let file = Repository.root.appendingPathComponent("Samples/corpus/forum.txt")
        let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
        #expect(lines.allSatisfy { sets.index.match(String($0)) == nil })
    }
}
