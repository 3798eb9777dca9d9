import AjanDistillation
import AjanEmbed
import AjanEvaluation
import Foundation
import Synchronization
import TestSupport
import Testing

@Suite("Teacher caches")
struct TeacherCacheTests {
    private struct Setup {
        let teacher: SentenceEncoder
        let part: CorpusPart
        let key: TeacherCacheKey

        init(
            texts: Int = 50, role: Role = .passage, rows: Recipe.Cache.Rows = .f32,
            precision: SentenceEncoder.Precision = .f32
        ) throws {
            var options = SentenceEncoder.Options()
            options.precision = precision
            teacher = try SentenceEncoder(TinyDistillation.model, options: options)
            part = CorpusPart(
                name: "texts", role: role, texts: try TinyDistillation.sentences(texts))
            key = TeacherCacheKey(
                teacher: try teacher.vectorFingerprint(), role: role,
                prompt: teacher.prompt(for: role),
                longText: .window, corpus: part.digest, texts: texts, dimensions: 32, rows: rows,
                shardRows: 16)
        }

        func fill(_ folder: URL) throws -> CachedVectors {
            let cache = try TeacherCache(folder: folder, key: key)
            try cache.fill(part.texts, with: teacher)
            return try CachedVectors(cache)
        }
    }

    @Test("hold the teacher's vectors, in f32 to the bit and in f16 to its precision")
    func vectors() throws {
        for rows in Recipe.Cache.Rows.allCases {
            try TemporaryFolder.with { folder in
                let setup = try Setup(rows: rows)
                let cached = try setup.fill(folder)
                let direct = try setup.teacher.encode(setup.part.texts, role: .passage)
                #expect(cached.count == 50 && cached.dimensions == 32)
                for (index, embedding) in direct.enumerated() {
                    let row = cached.row(index)
                    let distance = zip(row, embedding.vector).map { abs($0 - $1) }.max() ?? 1
                    #expect(distance <= (rows == .f32 ? 0 : 0.0005))
                }
            }
        }
    }

    @Test("of another teacher, role, corpus or format are refused and left as they are")
    func mismatch() throws {
        try TemporaryFolder.with { folder in
            let setup = try Setup()
            _ = try setup.fill(folder)
            let before = try TemporaryFolder.contents(folder)
            let others = [
                try Setup(precision: .int8).key, try Setup(role: .query).key,
                try Setup(texts: 51).key, try Setup(rows: .f16).key,
            ]
            for (key, name) in zip(others, ["teacher", "role", "corpus", "rows"]) {
                let error = #expect(throws: DistillationError.self) {
                    _ = try TeacherCache(folder: folder, key: key)
                }
                #expect("\(error.map { "\($0)" } ?? "")".contains("its \(name) is"), "\(name)")
            }
            #expect(try TemporaryFolder.contents(folder) == before)
        }
    }

    @Test("with a damaged or missing shard get the same bytes again")
    func repair() throws {
        try TemporaryFolder.with { folder in
            let setup = try Setup()
            _ = try setup.fill(folder)
            let before = try TemporaryFolder.contents(folder)
            #expect(before.keys.contains("shard-00003.bin"), "the premise: four shards")
            let damaged = folder.appendingPathComponent("shard-00001.bin")
            var bytes = try Data(contentsOf: damaged)
            bytes[7] ^= 1
            try bytes.write(to: damaged)
            try FileManager.default.removeItem(
                at: folder.appendingPathComponent("shard-00002.json"))
            try Data("half".utf8).write(
                to: folder.appendingPathComponent(".shard-00002.bin.partial-1-1"))
            #expect(throws: DistillationError.self) {
                _ = try CachedVectors(try TeacherCache(folder: folder, key: setup.key))
            }
            _ = try setup.fill(folder)
            #expect(try TemporaryFolder.contents(folder) == before)
        }
    }

    /// A teacher that wants several calls at a time, and may fail at one of them.
    private final class Busy: TextEmbedder {
        let teacher: SentenceEncoder
        let calls: Mutex<Int>
        let failsAt: Int

        init(_ teacher: SentenceEncoder, failsAt: Int = .max) {
            self.teacher = teacher
            self.failsAt = failsAt
            calls = Mutex(0)
        }

        var textsPerCall: Int { 5 }
        var callsAtATime: Int { 3 }
        var dimensions: Int { teacher.dimensions }

        func vectorFingerprint() throws -> String { try teacher.vectorFingerprint() }

        func embed(
            _ texts: [String], role: Role, longText: LongText
        ) throws -> [SentenceEmbedding] {
            let call = calls.withLock { calls in
                calls += 1
                return calls
            }
            guard call != failsAt else { throw CancellationError() }
            return try teacher.embed(texts, role: role, longText: longText)
        }
    }

    @Test("filled by several calls at a time have the same bytes, also after one has failed")
    func severalCalls() throws {
        let setup = try Setup()
        let quiet = try TemporaryFolder.with { folder in
            _ = try setup.fill(folder)
            return try TemporaryFolder.contents(folder)
        }
        try TemporaryFolder.with { folder in
            let cache = try TeacherCache(folder: folder, key: setup.key)
            #expect(throws: CancellationError.self) {
                try cache.fill(setup.part.texts, with: Busy(setup.teacher, failsAt: 7))
            }
            var done: [Int] = []
            try cache.fill(
                setup.part.texts, with: Busy(setup.teacher), progress: { done.append($0) })
            #expect(done == done.sorted() && done.last == 50)
            #expect(try TemporaryFolder.contents(folder) == quiet)
        }
    }

    @Test("lose the claim of a process that was killed when its shard was whole")
    func idleClaim() throws {
        try TemporaryFolder.with { folder in
            let setup = try Setup()
            _ = try setup.fill(folder)
            let quiet = try TemporaryFolder.contents(folder)
            try Data().write(to: folder.appendingPathComponent("shard-00001.claim"))
            _ = try setup.fill(folder)
            #expect(try TemporaryFolder.contents(folder) == quiet)
        }
    }

    @Test("with a link in the place of a shard get a shard, and what it leads to stays")
    func links() throws {
        try TemporaryFolder.with { folder in
            let setup = try Setup()
            let cache = folder.appendingPathComponent("cache")
            _ = try setup.fill(cache)
            let before = try TemporaryFolder.contents(cache)
            let target = folder.appendingPathComponent("letter.txt")
            try Data("mektup".utf8).write(to: target)
            for name in ["shard-00001.bin", "shard-00002.json"] {
                let file = cache.appendingPathComponent(name)
                try FileManager.default.removeItem(at: file)
                try FileManager.default.createSymbolicLink(at: file, withDestinationURL: target)
            }
            #expect(throws: DistillationError.self) {
                _ = try CachedVectors(try TeacherCache(folder: cache, key: setup.key))
            }
            _ = try setup.fill(cache)
            #expect(try TemporaryFolder.contents(cache) == before)
            #expect(try Data(contentsOf: target) == Data("mektup".utf8))
        }
    }

    /// A teacher whose numbers are none.
    private final class Broken: TextEmbedder {
        let dimensions = 32

        func vectorFingerprint() throws -> String { "" }

        func embed(
            _ texts: [String], role: Role, longText: LongText
        ) throws -> [SentenceEmbedding] {
            texts.map { _ in
                SentenceEmbedding(
                    vector: [Float](repeating: .nan, count: dimensions), tokens: 1, kept: 1,
                    windows: 1)
            }
        }
    }

    @Test("keep nothing of a teacher whose numbers are none")
    func notFinite() throws {
        try TemporaryFolder.with { folder in
            let setup = try Setup()
            let cache = try TeacherCache(folder: folder, key: setup.key)
            let error = #expect(throws: DistillationError.self) {
                try cache.fill(setup.part.texts, with: Broken())
            }
            #expect("\(error.map { "\($0)" } ?? "")".contains("are no numbers"))
            let names = try TemporaryFolder.contents(folder).keys
            #expect(names.allSatisfy { !$0.hasSuffix(".bin") })
        }
    }

    @Test("stop where they are told to, and go on")
    func cancelled() throws {
        try TemporaryFolder.with { folder in
            let setup = try Setup()
            let cache = try TeacherCache(folder: folder, key: setup.key)
            var asked = 0
            #expect(throws: CancellationError.self) {
                try cache.fill(
                    setup.part.texts, with: setup.teacher,
                    isCancelled: {
                        asked += 1
                        return asked > 4
                    })
            }
            #expect(throws: DistillationError.self) { _ = try CachedVectors(cache) }
            _ = try setup.fill(folder)
        }
    }
}
