import AjanCompute
import AjanEmbed
import AjanTurkishText
import Foundation
import GRDB
import Synchronization

/// An index opened for searching. Safe to use from many tasks at once; sees the newest finished
/// update at every search, while another process may be writing.
package final class IndexReader: Sendable {
    package let directory: IndexDirectory
    package let settings: IndexSettings
    package let fingerprint: IndexFingerprint
    let database: IndexDatabase
    let analyzer: SearchTokenizer
    private let embedder: (any PassageEmbedder)?
    private let pool: ComputePool
    private let vectors = Mutex<OpenVectors?>(nil)

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
        database = try IndexDatabase(reading: directory)
        let (settings, fingerprint) = try database.read { db in
            (try Meta.settings.read(db), try Meta.fingerprint.read(db))
        }
        guard let settings, let fingerprint else {
            throw RetrievalError.notAnIndex(
                path: directory.path,
                problem: "the index was never finished; run `ajan index` again")
        }
        // An index of prefixes is asked with prefixes.
        let isPrefix = fingerprint.dimensions < embedder?.dimensions ?? 0
        let fitting = embedder.map { embedder -> any PassageEmbedder in
            isPrefix
                ? PrefixEmbedder(base: embedder, dimensions: fingerprint.dimensions) : embedder
        }
        if let fitting {
            try directory.check(fingerprint, against: fitting.fingerprint(), adds: false)
        }
        self.embedder = fitting
        self.settings = settings
        self.fingerprint = fingerprint
        analyzer = SearchTokenizer(stemming: settings.stemming)
        pool = ComputePool(threads: ThreadBudget.detect(requested: threads).threads)
    }

    deinit {
        pool.stop()
    }

    /// What the index in `directory` was made with; nil when it was never finished.
    package static func fingerprint(of directory: IndexDirectory) throws -> IndexFingerprint? {
        try IndexDatabase(reading: directory).read { try Meta.fingerprint.read($0) }
    }

    /// Answers a question.
    ///
    /// - Throws: `RetrievalError.request` for a request that makes no sense, and the errors of the
    ///   model and of damaged files.
    package func search(_ request: SearchRequest) throws -> SearchResponse {
        try request.check()
        let profile = try database.read { try Meta.profile.read($0) } ?? SearchProfile()
        let isLexical = embedder == nil && request.vector == nil
        let mode = request.mode ?? (isLexical ? .lexical : profile.mode)
        var timings = SearchTimings()
        let clock = Stopwatch()
        let query = try mode == .lexical ? nil : vector(of: request)
        timings.embed = clock.milliseconds
        let run = SearchRun(
            reader: self, request: request, profile: profile, mode: mode, query: query)
        let (hits, abstained) = try inSnapshot { try run.hits($0, timings: &timings) }
        timings.total = clock.milliseconds
        return SearchResponse(
            query: request.query, mode: mode,
            fusion: mode == .hybrid ? (request.fusion ?? profile.fusion).name : nil, hits: hits,
            abstained: abstained, timings: timings)
    }

    private func vector(of request: SearchRequest) throws -> QuantizedVector {
        if let vector = request.vector {
            guard vector.count == fingerprint.dimensions else {
                throw RetrievalError.request(
                    "the vector of the question has \(vector.count) numbers; those of the index "
                        + "have \(fingerprint.dimensions)")
            }
            return QuantizedVector(vector)
        }
        guard let embedder else {
            throw RetrievalError.request(
                "the index was opened without a model: lexical search only")
        }
        return QuantizedVector(try embedder.vectors(of: [request.query], role: .query)[0])
    }

    /// Reads one state of the index. When two updates became visible while this was about to begin,
    /// the vectors of its state are gone; then the newest state is read instead.
    private func inSnapshot<Result>(_ body: (Database) throws -> Result) throws -> Result {
        do {
            return try database.read(body)
        } catch is MappedFileError {
            return try database.read(body)
        }
    }

    /// The vectors that belong to the state of the tables that `db` shows.
    func denseSearch(_ db: Database) throws -> DenseSearch {
        let generation = try Meta.generation.read(db) ?? 0
        let open = try vectors.withLock { known in
            if let known, known.generation == generation { return known }
            let open = try openVectors(db, generation: generation)
            known = open
            return open
        }
        return DenseSearch(file: open.file, graph: open.graph, pool: pool)
    }

    private func openVectors(_ db: Database, generation: Int) throws -> OpenVectors {
        let file = try VectorFile(
            directory.vectors(generation: generation), dimensions: fingerprint.dimensions)
        let graph = try Meta.graph.read(db).map { stamp in
            try VectorGraph(
                directory.graph(generation: stamp.generation), stamp: stamp, vectors: file)
        }
        return OpenVectors(generation: generation, file: file, graph: graph)
    }
}

/// What is searched by meaning in one state of an index.
private struct OpenVectors {
    let generation: Int
    let file: VectorFile
    let graph: VectorGraph?
}
