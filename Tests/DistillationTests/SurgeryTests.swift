import AjanCompute
import AjanDistillation
import AjanEmbed
import AjanSafetensors
import AjanTokenization
import AjanTurkishText
import Foundation
import TestSupport
import Testing

@Suite("Surgery")
struct SurgeryTests {
    private func encoder(_ folder: URL) throws -> SentenceEncoder {
        var options = SentenceEncoder.Options()
        options.precision = .f32
        return try SentenceEncoder(folder, options: options)
    }

    @Test("that changes nothing gives the same vectors, to the bit")
    func unchanged() throws {
        try TemporaryFolder.with { folder in
            let copy = folder.appendingPathComponent("copy")
            try StudentSurgery(source: TinyDistillation.model).write(to: copy)
            let texts = try TinyDistillation.sentences(20)
            let before = try encoder(TinyDistillation.model).encode(texts, role: .passage)
            #expect(try encoder(copy).encode(texts, role: .passage) == before)
        }
    }

    @Test("of the vocabulary keeps ids up to their numbers, and vectors to the bit")
    func trimmed() throws {
        try TemporaryFolder.with { folder in
            let texts = try TinyDistillation.sentences(12)
            let small = folder.appendingPathComponent("small")
            let report = try StudentSurgery(
                source: TinyDistillation.model, vocabulary: .trimmed(to: texts)
            ).write(to: small)
            #expect(report.vocabularyAfter < report.vocabularyBefore, "the premise: pieces went")
            let (old, new) = (try TextTokenizer(TinyDistillation.model), try TextTokenizer(small))
            for text in texts {
                #expect(old.tokens(of: text).map(\.piece) == new.tokens(of: text).map(\.piece))
            }
            let before = try encoder(TinyDistillation.model).encode(texts, role: .query)
            #expect(try encoder(small).encode(texts, role: .query) == before)
        }
    }

    @Test("of layers keeps those that are named, and refuses others")
    func layers() throws {
        try TemporaryFolder.with { folder in
            let one = folder.appendingPathComponent("one")
            try StudentSurgery(source: TinyDistillation.model, layers: [1]).write(to: one)
            let info = try ModelInfo(one)
            #expect(info.layers == 1)
            _ = try encoder(one).encode(["kargo"], role: .query)
            for wrong in [[], [2], [1, 0], [0, 0]] {
                #expect(throws: DistillationError.self) {
                    try StudentSurgery(source: TinyDistillation.model, layers: wrong)
                        .write(to: folder.appendingPathComponent("wrong"))
                }
            }
            #expect(!FileManager.default.fileExists(atPath: folder.path + "/wrong"))
        }
    }

    @Test("to another vocabulary begins each piece with the mean of what spells it")
    func transferred() throws {
        try TemporaryFolder.with { folder in
            let old = try UnigramVocabulary(contentsOf: TinyDistillation.model)
            let tokenizer = try Tokenizer(folder: TinyDistillation.model)
            // A vocabulary of the special tokens and every other piece; the rest is spelt.
            let kept = (0..<Int32(old.count)).filter {
                $0 % 2 == 0 || old.indispensableIDs.contains($0)
            }
            let new = old.keeping(kept)
            let moved = folder.appendingPathComponent("moved")
            let report = try StudentSurgery(
                source: TinyDistillation.model, vocabulary: .replaced(by: new)
            ).write(to: moved)
            #expect(report.vocabularyAfter == new.count)
            #expect(report.copied == new.count, "each of these pieces is one of the old ones")
            // Token by token the rows are the old ones, so a text of kept pieces has the old
            // vector.
            let tokens = try TextTokenizer(moved).tokens(of: "kargo")
            for token in tokens {
                let spelling = tokenizer.spelling(of: Array(token.piece.utf8))
                #expect(spelling?.count == 1 || token.isSpecial)
            }
        }
    }

    @Test("to a vocabulary that folds begins each piece as the corpus writes it, in its shares")
    func surfaces() throws {
        try TemporaryFolder.with { folder in
            let old = try UnigramVocabulary(contentsOf: TinyDistillation.model)
            let moved = folder.appendingPathComponent("moved")
            try StudentSurgery(
                source: TinyDistillation.model,
                vocabulary: .replaced(by: old.uncased, texts: ["Kapı kapı kapı kapı"])
            ).write(to: moved)
            func row(_ piece: String, of model: URL) throws -> [Float] {
                let id = try #require(old.pieces.firstIndex { $0.bytes == Array(piece.utf8) })
                return try Checkpoint(folder: model)
                    .tensor("embeddings.word_embeddings.weight").floats().row(id)
            }
            let (small, capital) = (
                try row("k", of: TinyDistillation.model), try row("K", of: TinyDistillation.model)
            )
            let mixed = zip(small, capital).map { 0.75 * $0 + 0.25 * $1 }
            let new = try row("k", of: moved)
            #expect(zip(new, mixed).allSatisfy { abs($0 - $1) < 1e-6 })
            #expect(new != small, "the premise: the capital counts")
            // What no text writes is spelled as it stands.
            #expect(try row("z", of: moved) == row("z", of: TinyDistillation.model))
        }
    }

    @Test("with a text contract makes the model blind to what the contract levels")
    func contract() throws {
        try TemporaryFolder.with { folder in
            let uncased = folder.appendingPathComponent("uncased")
            var surgery = try StudentSurgery(source: TinyDistillation.model)
            surgery.textContract = "tr-1-uncased"
            try surgery.write(to: uncased)
            let model = try encoder(uncased)
            let vectors = try model.encode(
                ["KARGO NE ZAMAN GELİR", "kargo ne zaman gelir"], role: .query)
            #expect(vectors[0].vector == vectors[1].vector)
            let plain = try encoder(TinyDistillation.model).encode(
                ["KARGO NE ZAMAN GELİR", "kargo ne zaman gelir"], role: .query)
            #expect(plain[0].vector != plain[1].vector, "the premise: case matters without it")
            // tokenizer.json says the same to programs that know no contract.
            let tokenizer = try Tokenizer(folder: uncased)
            for text in ["IŞIK İLE I\u{307}lk", "KARGO, i\u{307}ade: Ğ Ü Ş"] {
                let clean = TextContract.uncased.apply(to: text)
                #expect(tokenizer.encode(text).ids == tokenizer.encode(clean).ids)
            }
            #expect(tokenizer.encodeContent("IŞIK").offsets.last?.upperBound == "IŞIK".utf8.count)
        }
    }
}
