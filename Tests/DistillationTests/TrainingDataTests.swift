import AjanDistillation
import AjanEmbed
import Foundation
import TestSupport
import Testing

@Suite("Training corpora")
struct TrainingDataTests {
    private func corpus(
        _ source: String, lines: [String], test: String? = nil
    ) throws -> TrainingCorpus {
        try TemporaryFolder.with { folder in
            let tiny = try TinyDistillation(
                in: folder,
                changes: [
                    "corpus": "corpus:\n  - " + source,
                    "decontaminate": test == nil ? nil : "decontaminate: [test.txt]",
                ])
            try test?.write(
                to: folder.appendingPathComponent("test.txt"), atomically: true, encoding: .utf8)
            try (lines.joined(separator: "\n") + "\n")
                .write(to: tiny.corpus, atomically: true, encoding: .utf8)
            return try CorpusReader(RecipeFile(tiny.recipe)).read()
        }
    }

    @Test("take a text once, keep two spellings apart, and thin evenly")
    func texts() throws {
        let lines = ["é", "e\u{301}", "é", "kargo", "iade", "fatura"].map { #"{"text":"\#($0)"}"# }
        let all = try corpus("path: texts.jsonl", lines: lines)
        #expect(all.textCount == 5, "the composed and the decomposed letter are two texts")
        #expect(all.parts[0].role == .passage)
        let thin = try corpus("{path: texts.jsonl, limit: 2, role: query}", lines: lines)
        #expect(thin.parts[0].texts == ["é", "kargo"] && thin.parts[0].role == .query)
        #expect(all.digest != thin.digest)
    }

    @Test("of pairs give two parts, row by row")
    func pairs() throws {
        let lines = (0..<3).map { #"{"soru":"s\#($0)","cevap":"c\#($0)"}"# }
        let corpus = try corpus(
            "{path: texts.jsonl, kind: pairs, fields: [soru, cevap]}", lines: lines)
        #expect(corpus.parts.map(\.role) == [.query, .passage])
        #expect(corpus.parts[1].texts == ["c0", "c1", "c2"])
        #expect(corpus.pairs.count == 1)
    }

    @Test("refuse a source that gives nothing, by its line: pairs would meet other texts")
    func empty() {
        let lines = [#"{"text":"Kargo ücretsizdir."}"#]
        for source in [
            "{path: texts.jsonl, min-characters: 900}",
            "{path: texts.jsonl, min-characters: 900, max-characters: 300}",
        ] {
            let error = #expect(throws: DistillationError.self) {
                try corpus(source, lines: lines)
            }
            #expect("\(error.map { "\($0)" } ?? "")".contains("900"))
        }
    }

    @Test("leave out what holds a piece of an evaluation set: a text, or the whole pair")
    func decontaminated() throws {
        let question = "Osmanlı Devleti'nin ilk başkenti hangi şehirdir?"
        let lines = [
            #"{"soru":"Kargom nerede kaldı?","cevap":"Kargonuz yola çıktı."}"#,
            #"{"soru":"OSMANLI DEVLETİ'NİN ilk baskenti hangi sehirdir","cevap":"Bursa."}"#,
        ]
        let pairs = try corpus(
            "{path: texts.jsonl, kind: pairs, fields: [soru, cevap]}", lines: lines, test: question)
        #expect(pairs.parts[1].texts == ["Kargonuz yola çıktı."])
        #expect(pairs.sources[0].texts == 1 && pairs.sources[0].contaminated == 1)
        let texts = try corpus(
            "{path: texts.jsonl, fields: [cevap]}", lines: lines, test: question)
        #expect(texts.textCount == 2, "an answer alone is not in the set")
    }

    @Test("name file and line of what they cannot read")
    func damaged() throws {
        for (line, message) in [("{", "JSON object"), (#"{"metin":"a"}"#, "'text' is missing")] {
            let error = #expect(throws: DistillationError.self) {
                _ = try corpus("path: texts.jsonl", lines: [#"{"text":"a"}"#, line])
            }
            let text = error.map { "\($0)" } ?? ""
            #expect(text.contains("texts.jsonl:2: ") && text.contains(message), "\(text)")
        }
    }

    @Test("go on without an optional source, and refuse when nothing is left")
    func optional() throws {
        let error = #expect(throws: DistillationError.self) {
            _ = try corpus("{path: none.jsonl, optional: true}", lines: [])
        }
        #expect("\(error.map { "\($0)" } ?? "")".contains("no text at all"))
    }
}
