import AjanEmbed
import AjanEvaluation
import Foundation
import Synchronization
import TestSupport
import Testing

/// A tiny embedder that counts how often it is asked: letters of a text, hashed into four numbers.
final class LetterEmbedder: TextEmbedder {
    let asked = Mutex<[String]>([])
    let failsAfter: Int

    init(failsAfter: Int = .max) {
        self.failsAfter = failsAfter
    }

    struct Stopped: Error {}

    let dimensions = 4

    func vectorFingerprint() -> String { "letters/1" }

    func embed(_ texts: [String], role: Role, longText: LongText) throws -> [SentenceEmbedding] {
        let count = asked.withLock {
            $0 += texts; return $0.count
        }
        if count > failsAfter { throw Stopped() }
        return texts.map { text in
            var vector: [Float] = [0.1, 0.1, 0.1, role == .query ? 0.3 : 0.1]
            for scalar in text.unicodeScalars { vector[Int(scalar.value) % 4] += 1 }
            return SentenceEmbedding(
                vector: vector, tokens: text.count, kept: text.count, windows: 1)
        }
    }
}

@Suite("Embeddings are computed once and survive a crash")
struct EmbeddingStoreTests {
    private struct Folder: ~Copyable {
        let url = FileManager.default.temporaryDirectory
            .appendingPathComponent("embeddings-\(UUID().uuidString)")

        /// The one cache file of the folder.
        func file() throws -> URL {
            let names = try FileManager.default.contentsOfDirectory(atPath: url.path)
            return url.appendingPathComponent(try #require(names.first))
        }

        deinit { try? FileManager.default.removeItem(at: url) }
    }

    private let texts = (0..<600).map { "soru \($0 % 400)" }

    @Test("each distinct text is embedded once, and never again after a restart")
    func once() throws {
        let folder = Folder()
        let first = LetterEmbedder()
        let vectors = try EmbeddingStore(first, folder: folder.url)
            .embeddings(of: texts, role: .query, longText: .window)
        #expect(first.asked.withLock { $0.count } == 400)
        #expect(vectors.count == 600 && vectors[0] == vectors[400])

        let second = LetterEmbedder()
        let store = EmbeddingStore(second, folder: folder.url)
        #expect(try store.embeddings(of: texts, role: .query, longText: .window) == vectors)
        #expect(second.asked.withLock { $0.isEmpty })
        #expect(store.statistics.texts == 400 && store.statistics.computed == 0)
        let passages = try store.embeddings(of: texts, role: .passage, longText: .window)
        #expect(passages != vectors, "another role is another vector")
    }

    @Test("a run that is stopped goes on where it was")
    func resumes() throws {
        let folder = Folder()
        let stopped = LetterEmbedder(failsAfter: 300)
        #expect(throws: LetterEmbedder.Stopped.self) {
            try EmbeddingStore(stopped, folder: folder.url)
                .embeddings(of: texts, role: .query, longText: .window)
        }
        let resumed = LetterEmbedder()
        let vectors = try EmbeddingStore(resumed, folder: folder.url)
            .embeddings(of: texts, role: .query, longText: .window)
        #expect(resumed.asked.withLock { $0.count } == 400 - 256)
        let whole = try EmbeddingStore(LetterEmbedder(), folder: nil)
            .embeddings(of: texts, role: .query, longText: .window)
        #expect(vectors == whole)
    }

    @Test("a torn or flipped record is dropped and computed again")
    func damage() throws {
        let folder = Folder()
        let whole = try EmbeddingStore(LetterEmbedder(), folder: folder.url)
            .embeddings(of: texts, role: .query, longText: .window)
        let file = try folder.file()
        var bytes = try Data(contentsOf: file)
        bytes.removeLast(5)
        bytes[bytes.count / 2] ^= 1
        try bytes.write(to: file)
        let again = LetterEmbedder()
        let repaired = try EmbeddingStore(again, folder: folder.url)
            .embeddings(of: texts, role: .query, longText: .window)
        #expect(repaired == whole)
        #expect((1..<400).contains(again.asked.withLock { $0.count }))

        try Data("not a cache".utf8).write(to: file)
        let anew = LetterEmbedder()
        #expect(
            try EmbeddingStore(anew, folder: folder.url)
                .embeddings(of: texts, role: .query, longText: .window) == whole)
        #expect(anew.asked.withLock { $0.count } == 400)
    }

    @Test("a file of other dimensions, or with a number that is not finite, begins anew")
    func foreign() throws {
        let folder = Folder()
        let whole = try EmbeddingStore(LetterEmbedder(), folder: folder.url)
            .embeddings(of: texts, role: .query, longText: .window)
        let file = try folder.file()
        let bytes = [UInt8](try Data(contentsOf: file))
        let wider = bytes[..<8] + [5] + bytes[9...]
        // The first record: digest, three counts, four numbers, checksum.
        let record = bytes[12..<12 + 44] + [0, 0, 0xC0, 0x7F] + bytes[60..<72]
        let spoiled = bytes[..<12] + record + crc32(record) + bytes[76...]
        #expect(bytes[72..<76].elementsEqual(crc32(bytes[12..<72])), "the premise")
        for other in [wider, spoiled] {
            try Data(other).write(to: file)
            let again = LetterEmbedder()
            #expect(
                try EmbeddingStore(again, folder: folder.url)
                    .embeddings(of: texts, role: .query, longText: .window) == whole)
            #expect(again.asked.withLock { $0.count } == 400)
            #expect([UInt8](try Data(contentsOf: file)).prefix(12) == bytes.prefix(12))
        }
    }

    /// The checksum of a record.
    private func crc32(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        var sum = UInt32.max
        for byte in bytes {
            sum ^= UInt32(byte)
            for _ in 0..<8 { sum = sum >> 1 ^ (sum & 1 == 1 ? 0xEDB8_8320 : 0) }
        }
        return (0..<4).map { UInt8(~sum >> (8 * $0) & 0xFF) }
    }

    @Test("a link or a pipe in the place of the file is refused, and what it leads to stays")
    func links() throws {
        let folder = Folder()
        func fill() throws {
            _ = try EmbeddingStore(LetterEmbedder(), folder: folder.url)
                .embeddings(of: ["bir"], role: .query, longText: .window)
        }
        try fill()
        let file = try folder.file()
        try TemporaryFolder.with { elsewhere in
            let target = elsewhere.appendingPathComponent("letter.txt")
            try Data("mektup".utf8).write(to: target)
            try FileManager.default.removeItem(at: file)
            try FileManager.default.createSymbolicLink(at: file, withDestinationURL: target)
            #expect(throws: (any Error).self) { try fill() }
            #expect(try Data(contentsOf: target) == Data("mektup".utf8))
        }
        try NamedPipe.make(at: file)
        #expect(throws: (any Error).self) { try fill() }
    }

    @Test("a second process that finds the file taken works without it")
    func taken() throws {
        let folder = Folder()
        let first = EmbeddingStore(LetterEmbedder(), folder: folder.url)
        _ = try first.embeddings(of: ["bir"], role: .query, longText: .window)
        let second = EmbeddingStore(LetterEmbedder(), folder: folder.url)
        #expect(try second.embeddings(of: ["iki"], role: .query, longText: .window).count == 1)
        #expect(try first.embeddings(of: ["üç"], role: .query, longText: .window).count == 1)
    }

    /// Breaks every promise that an embedder makes, one at a time.
    private struct Broken: TextEmbedder {
        let vectors: [[Float]]

        var dimensions: Int { vectors[0].count }

        func vectorFingerprint() -> String { "broken" }

        func embed(_ texts: [String], role: Role, longText: LongText) -> [SentenceEmbedding] {
            vectors.map { SentenceEmbedding(vector: $0, tokens: 1, kept: 1, windows: 1) }
        }
    }

    @Test(
        "an embedder that breaks its promise is refused",
        arguments: [[[1]], [[1, 2], [1]], [[1], [.nan]], [[], []]] as [[[Float]]])
    func broken(vectors: [[Float]]) {
        #expect(throws: EvaluationError.self) {
            try EmbeddingStore(Broken(vectors: vectors), folder: nil)
                .embeddings(of: ["a", "b"], role: .none, longText: .window)
        }
    }
}
