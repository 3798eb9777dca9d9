import AjanEmbed
import AjanServing
import Synchronization
import Testing

@Suite("The engine")
struct EngineTests {
    private let model = FakeModel()

    /// Runs `body` with an engine whose first pass is held until `body` opens the gate.
    private func held(
        limits: EmbeddingEngine.Limits = .init(),
        _ body: (EmbeddingEngine) async throws -> Void
    ) async throws {
        let engine = EmbeddingEngine.fake(model, limits: limits)
        model.gate.close()
        let first = Task { try await engine.embed(EmbeddingRequest(["önde giden"], role: .query)) }
        try #require(try await eventually { model.gate.arrivals == 1 })
        try await body(engine)
        _ = try await first.value
        engine.stop()
    }

    @Test("gives each request its own vectors, whatever shares the pass")
    func ownVectors() async throws {
        let texts = (0..<40).map { "metin \($0)" }
        let alone = try model.embed(texts, role: .passage, longText: .window).map(\.vector)
        let engine = EmbeddingEngine.fake(model)
        defer { engine.stop() }
        try await withThrowingTaskGroup(of: (Int, [[Float]]).self) { group in
            for index in texts.indices {
                group.addTask {
                    let request = EmbeddingRequest([texts[index]], role: .passage)
                    return (index, try await engine.embed(request).map(\.vector))
                }
            }
            for try await (index, vectors) in group { #expect(vectors == [alone[index]]) }
        }
    }

    @Test("computes together what waits together")
    func batches() async throws {
        try await held { engine in
            async let answers = withThrowingTaskGroup(of: Int.self) { group in
                for index in 0..<20 {
                    group.addTask {
                        try await engine.embed(
                            EmbeddingRequest(["bekleyen \(index)"], role: .passage)
                        ).count
                    }
                }
                return try await group.reduce(0, +)
            }
            try #require(try await eventually { engine.queuedRequests == 20 })
            model.gate.open()
            #expect(try await answers == 20)
        }
        #expect(model.calls.withLock { $0.map(\.count) } == [1, 20])
    }

    @Test("does not let a large request keep a small one waiting")
    func fairness() async throws {
        var limits = EmbeddingEngine.Limits()
        limits.passTokens = 100
        let ends = Recorder<String>()
        try await held(limits: limits) { engine in
            let large = Task {
                let texts = (0..<200).map { "uzun listenin \($0). maddesi" }
                _ = try await engine.embed(EmbeddingRequest(texts, role: .passage))
                ends.append("large")
            }
            try #require(try await eventually { engine.queuedRequests == 1 })
            let small = Task {
                _ = try await engine.embed(EmbeddingRequest(["kısa soru"], role: .passage))
                ends.append("small")
            }
            try #require(try await eventually { engine.queuedRequests == 2 })
            model.gate.open()
            try await small.value
            try await large.value
        }
        #expect(ends.all == ["small", "large"])
        let texts = model.calls.withLock { $0.flatMap(\.self) }
        #expect(
            texts.filter { $0.hasPrefix("uzun") }
                == (0..<200).map { "uzun listenin \($0). maddesi" })
    }

    @Test("refuses what does not fit the queue, and says when to come back")
    func overload() async throws {
        var limits = EmbeddingEngine.Limits()
        limits.queuedRequests = 2
        try await held(limits: limits) { engine in
            let waiting = (0..<2).map { index in
                Task { try await engine.embed(EmbeddingRequest(["sıra \(index)"], role: .none)) }
            }
            try #require(try await eventually { engine.queuedRequests == 2 })
            await #expect(throws: ServingError.overloaded(retryAfterSeconds: 1)) {
                try await engine.embed(EmbeddingRequest(["fazla"], role: .none))
            }
            model.gate.open()
            for task in waiting { #expect(try await task.value.count == 1) }
        }
    }

    @Test("does not compute what nobody waits for")
    func abandonment() async throws {
        try await held { engine in
            let cancelled = Task {
                try await engine.embed(EmbeddingRequest(["vazgeçilen"], role: .none))
            }
            let gone = Task {
                try await engine.embed(EmbeddingRequest(["giden"], role: .none)) { true }
            }
            try #require(try await eventually { engine.queuedRequests == 2 })
            cancelled.cancel()
            model.gate.open()
            await #expect(throws: ServingError.abandoned) { try await cancelled.value }
            await #expect(throws: ServingError.abandoned) { try await gone.value }
        }
        #expect(model.calls.withLock { $0.flatMap(\.self) } == ["önde giden"])
    }

    @Test("keeps a fault with the request that brought it")
    func isolation() async throws {
        try await held { engine in
            let good = Task { try await engine.embed(EmbeddingRequest(["iyi"], role: .none)) }
            let poisoned = Task {
                try await engine.embed(
                    EmbeddingRequest(["iyi", "iyi", FakeModel.poison], role: .none))
            }
            let long = Task {
                try await engine.embed(
                    EmbeddingRequest(
                        ["kısa", String(repeating: "uzun ", count: 800)], role: .none,
                        longText: .error))
            }
            try #require(try await eventually { engine.queuedRequests == 3 })
            model.gate.open()
            #expect(try await good.value.count == 1)
            await #expect(throws: ServingError.self) { try await poisoned.value }
            do {
                _ = try await long.value
                Issue.record("a text that is too long was embedded")
            } catch ServingError.tooLarge(_, let index, _) {
                #expect(index == 1)
            }
        }
    }

    @Test("refuses a request of too many tokens, counted exactly")
    func tokenLimit() async throws {
        var limits = EmbeddingEngine.Limits()
        limits.requestTokens = 100
        let engine = EmbeddingEngine.fake(model, limits: limits)
        defer { engine.stop() }
        let fits = EmbeddingRequest([String(repeating: "a", count: 390)], role: .none)
        #expect(try await engine.embed(fits).count == 1)
        let tooMany = EmbeddingRequest([String(repeating: "a", count: 400)], role: .none)
        await #expect(throws: ServingError.self) { try await engine.embed(tooMany) }
    }

    @Test("answers what it has accepted before it stops, and nothing after")
    func stopping() async throws {
        let engine = EmbeddingEngine.fake(model)
        model.gate.close()
        // The first one holds the model, so that all the others have to wait.
        let first = Task { try await engine.embed(EmbeddingRequest(["ilk"], role: .none)) }
        try #require(try await eventually { model.gate.arrivals == 1 })
        let waiting =
            [first]
            + (0..<29).map { index in
                Task { try await engine.embed(EmbeddingRequest(["kalan \(index)"], role: .none)) }
            }
        try #require(try await eventually { engine.queuedRequests == 29 })
        model.gate.open()
        engine.stop()
        for task in waiting { #expect(try await task.value.count == 1) }
        await #expect(throws: ServingError.stopping) {
            try await engine.embed(EmbeddingRequest(["geç kalan"], role: .none))
        }
    }

    @Test("cuts what is waiting into passes for all threads, and gives each text its own vector")
    func lanes() async throws {
        let model = FakeModel(lanes: 2)
        var limits = EmbeddingEngine.Limits()
        limits.passTokens = 100
        let engine = EmbeddingEngine.fake(model, limits: limits)
        defer { engine.stop() }
        let texts = (0..<300).map { "paylaşılan metin \($0)" }
        model.gate.close()
        async let answers = engine.embed(EmbeddingRequest(texts, role: .passage))
        try #require(try await eventually { model.gate.arrivals == 2 })
        #expect(model.lonely.withLock { $0 } == 2)
        model.gate.open()
        let vectors = try await answers.map(\.vector)
        #expect(
            try vectors
                == model.embed(texts, role: .passage, longText: .window).map(\.vector))
        let calls = model.calls.withLock { $0.dropLast() }
        #expect(calls.flatMap(\.self).sorted() == texts.sorted())
        #expect(calls.allSatisfy { $0.count <= 10 })
    }

    @Test("gives all processors to a pass when little waits, and starts no other beside it")
    func wholePass() async throws {
        let model = FakeModel(lanes: 2)
        let engine = EmbeddingEngine.fake(model)
        defer { engine.stop() }
        model.gate.close()
        let first = Task { try await engine.embed(EmbeddingRequest(["ilk"], role: .none)) }
        try #require(try await eventually { model.gate.arrivals == 1 })
        let second = Task { try await engine.embed(EmbeddingRequest(["ikinci"], role: .none)) }
        try #require(try await eventually { engine.queuedRequests == 1 })
        #expect(model.gate.arrivals == 1)
        model.gate.open()
        for task in [first, second] { #expect(try await task.value.count == 1) }
        #expect(model.lonely.withLock { $0 } == 0)
        #expect(model.calls.withLock { $0 } == [["ilk"], ["ikinci"]])
    }
}
