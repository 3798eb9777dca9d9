import Corpus
import Foundation
import TestSupport
import Testing
import TurkishText

/// Planted test texts are found however they were typed; other texts stay.
@Suite(.enabled(if: SharedData.isAvailableOrRequired, Comment(rawValue: SharedData.skipReason)))
struct DecontaminationTests {
    private struct Line: Decodable {
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

    @Test("Sentences written for this project are not taken for test texts")
    func others() throws {
        var sets = EvaluationSets()
        try sets.insert(SharedData.root.appendingPathComponent("eval"))
        let file = Repository.root.appendingPathComponent("Samples/corpus/forum.txt")
        let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
        #expect(lines.allSatisfy { sets.index.match(String($0)) == nil })
    }
}
