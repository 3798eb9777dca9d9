import AjanEmbed
import Compute
import Foundation
import GRDB
import Synchronization

/// An index opened for searching. Safe to use from many tasks at once; sees the newest finished update
/// at every search, while another process may be writing.
package final class IndexReader: Sendable {
    package let directory: IndexDirectory
    package let settings: IndexSettings
    package let fingerprint: IndexFingerprint
    let database: IndexDatabase
    let analyzer: TurkishAnalyzer
    private let embedder: (any PassageEmbedder)?
    private let pool: ComputePool
    private let vectors = Mutex<(generation: Int, file: VectorFile)?>(nil)

    /// Opens the index in `directory`.
    ///
    /// - Parameters:
    ///   - embedder: the model for questions; nil allows lexical searches only.
    ///   - threads: threads of a search at most; nil takes what the machine allows.
    /// - Throws: `RetrievalError.fingerprint` when the index was made with another model.
    package init(
        _ directory: IndexDirectory, embedder: (any PassageEmbedder)?, threads: Int? = nil
    ) throws {
        self.directory = directory
        self.embedder = embedder
        database = try IndexDatabase(reading: directory)
        let (settings, fingerprint) = try database.pool.read { db in
            (try Meta.settings.read(db), try Meta.fingerprint.read(db))
        }
        guard let settings, let fingerprint else {
            throw RetrievalError.notAnIndex(
                path: directory.path,
                problem: "the index was never finished; run `ajan index` again")
        }
        if let embedder { try directory.check(fingerprint, against: embedder.fingerprint()) }
        self.settings = settings
        self.fingerprint = fingerprint
        analyzer = TurkishAnalyzer(stemming: settings.stemming)
        pool = ComputePool(threads: ThreadBudget.detect(requested: threads).threads)
    }

    deinit {
        pool.stop()
    }

    /// The model that the index in `directory` was made with, as people call it.
    package static func modelName(of directory: IndexDirectory) throws -> String? {
        try IndexDatabase(reading: directory).pool.read { try Meta.fingerprint.read($0)?.model }
    }

    /// Passages, documents and files in the index.
    package func counts() throws -> (passages: Int, documents: Int, sources: Int) {
        try database.pool.read { db in
            func count(_ table: String) throws -> Int {
                try Int.fetchOne(db, sql: "SELECT count(*) FROM \(table)") ?? 0
            }
            return (try count("passage"), try count("document"), try count("source"))
        }
    }

    /// Answers a question.
    ///
    /// - Throws: `RetrievalError.request` for a request that makes no sense, and the errors of the model
    ///   and of damaged files.
    package func search(_ request: SearchRequest) throws -> SearchResponse {
        try request.check()
        let profile = try database.pool.read { try Meta.profile.read($0) } ?? SearchProfile()
        let mode = request.mode ?? (embedder == nil ? .lexical : profile.mode)
        var timings = SearchTimings()
        let clock = Stopwatch()
        let query = try mode == .lexical ? nil : embed(request.query)
        timings.embed = clock.milliseconds
        let (hits, abstained) = try database.pool.read { db in
            let run = SearchRun(
                reader: self, request: request, profile: profile, mode: mode, query: query)
            return try run.hits(db, timings: &timings)
        }
        timings.total = clock.milliseconds
        return SearchResponse(
            query: request.query, mode: mode,
            fusion: mode == .hybrid ? (request.fusion ?? profile.fusion).name : nil, hits: hits,
            abstained: abstained, timings: timings)
    }

    private func embed(_ text: String) throws -> QuantizedVector {
        guard let embedder else {
            throw RetrievalError.request(
                "the index was opened without a model: lexical search only")
        }
        return QuantizedVector(try embedder.vectors(of: [text], role: .query)[0])
    }

    /// The vectors that belong to the state of the tables that `db` shows.
    func denseSearch(_ db: Database) throws -> DenseSearch {
        let generation = try Meta.generation.read(db) ?? 0
        let file = try vectors.withLock { known in
            if let known, known.generation == generation { return known.file }
            let file = try VectorFile(
                directory.vectors(generation: generation), dimensions: fingerprint.dimensions)
            known = (generation, file)
            return file
        }
        return DenseSearch(file: file, pool: pool)
    }
}

/// Measures time since it was made.
struct Stopwatch {
    private let start = ContinuousClock.now

    var milliseconds: Double {
        let passed = ContinuousClock.now - start
        return Double(passed.components.seconds) * 1e3
            + Double(passed.components.attoseconds) / 1e15
    }
}
