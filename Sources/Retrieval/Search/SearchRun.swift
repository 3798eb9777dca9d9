import AjanCompute
import AjanDocuments
import Foundation
import GRDB

/// One search, inside one read transaction: tables and vectors of the same update.
struct SearchRun {
    let reader: IndexReader
    let request: SearchRequest
    let profile: SearchProfile
    let mode: SearchMode
    let query: QuantizedVector?

    /// A candidate and the score that decides its place.
    typealias Ranked = (candidate: Fusion.Candidate, score: Double)

    private static let depthMin = 100
    private static let passagesPerDocument = 8

    /// How the two rankings become one.
    var fusion: Fusion { request.fusion ?? profile.fusion }
    /// Whether the search is the one that the profile was calibrated for.
    private var isProfiled: Bool { mode == profile.mode && request.fusion == nil }

    func hits(_ db: Database, timings: inout SearchTimings) throws -> ([SearchHit], Bool) {
        guard let background = try Meta.background.read(db) else { return ([], false) }
        let candidates = try candidates(db, timings: &timings)
        if candidates.isEmpty { try requireKnownNames(db) }
        let clock = Stopwatch()
        defer { timings.fetch = clock.milliseconds }
        let ranked = Self.rank(candidates, mode: mode, fusion: fusion, background: background)
        let hits = try fetch(db, ranked, background: background)
        guard let least = profile.abstainBelow, isProfiled else { return (hits, false) }
        let likely = hits.filter { ($0.probability ?? 1) >= least }
        return (likely, likely.isEmpty && !hits.isEmpty)
    }

    /// What the two searches found, with the cosines of what only the words found.
    func candidates(
        _ db: Database, timings: inout SearchTimings
    ) throws -> [Fusion.Candidate] {
        let perHit = request.onePerDocument ? Self.passagesPerDocument : 2
        let depth = max(Self.depthMin, request.limit * perHit)
        var clock = Stopwatch()
        let dense = try denseEntries(db, count: depth)
        timings.dense = clock.milliseconds
        clock = Stopwatch()
        let lexical = try lexicalEntries(db, count: depth)
        timings.lexical = clock.milliseconds
        var candidates = Fusion.candidates(dense: dense, lexical: lexical)
        guard let query else { return candidates }
        let search = try reader.denseSearch(db)
        for index in candidates.indices where candidates[index].cosine == nil {
            candidates[index].cosine = search.cosine(of: candidates[index].id, to: query)
                .map(Double.init)
        }
        return candidates
    }

    private func denseEntries(_ db: Database, count: Int) throws -> [TopK.Entry] {
        guard let query else { return [] }
        var allowed: [Int64]?
        if !request.filter.isEmpty { allowed = try filtered(db) }
        return try reader.denseSearch(db)
            .nearest(to: query, count: count, among: allowed, exact: request.exact)
    }

    /// Ids of the passages that the filter lets through.
    private func filtered(_ db: Database) throws -> [Int64] {
        try Int64.fetchAll(
            db, sql: request.filter.passageQuery, arguments: request.filter.arguments)
    }

    /// - Throws: `RetrievalError.request` when the filter lets nothing through because it names
    ///   what no document has.
    private func requireKnownNames(_ db: Database) throws {
        guard !request.filter.isEmpty, try filtered(db).isEmpty else { return }
        let known = try IndexReader.metadataFields(db)
        for key in request.filter.metadataKeys where !known.contains(key) {
            let names = (known + ["path", "kind", "title", "name"]).joined(separator: ", ")
            throw RetrievalError.request("no document has \(quoted: key); there are: \(names)")
        }
    }

    private func lexicalEntries(_ db: Database, count: Int) throws -> [TopK.Entry] {
        guard mode != .dense else { return [] }
        return try LexicalSearch(analyzer: reader.analyzer)
            .best(db, query: request.query, count: count, filter: request.filter)
    }

    /// The candidates that `mode` looks at, best first, ties by the smaller id.
    static func rank(
        _ candidates: [Fusion.Candidate], mode: SearchMode, fusion: Fusion,
        background: ScoreBackground
    ) -> [Ranked] {
        let ranked: [Ranked] = candidates.compactMap { candidate in
            switch mode {
            case .dense: candidate.denseRank.map { _ in (candidate, candidate.cosine ?? 0) }
            case .lexical:
                candidate.lexicalRank.map { _ in (candidate, candidate.lexicalScore ?? 0) }
            case .hybrid: (candidate, fusion.score(candidate, background: background))
            }
        }
        return ranked.sorted {
            $0.score == $1.score ? $0.candidate.id < $1.candidate.id : $0.score > $1.score
        }
    }

    private func fetch(
        _ db: Database, _ ranked: [Ranked], background: ScoreBackground
    ) throws -> [SearchHit] {
        var (hits, documents, texts): ([SearchHit], Set<Int64>, [VectorKey: Int]) = ([], [], [:])
        let statement = try db.cachedStatement(
            sql: """
                SELECT documentID, source.path, document.name, document.title, heading, text, metadata,
                    vectorKey
                FROM passage JOIN document ON document.id = documentID
                JOIN source ON source.id = sourceID WHERE passage.id = ?
                """)
        for entry in ranked {
            if hits.count == request.limit { break }
            let row = try Row.fetchOne(statement, arguments: [entry.candidate.id])
            guard let row else { continue }
            let document = try row.value(Int64.self, at: 0)
            guard documents.insert(document).inserted || !request.onePerDocument else { continue }
            // What stands word for word in several places is one answer.
            let key = try row.vectorKey(at: 7)
            if let first = texts[key] {
                hits[first].copies.append(
                    .init(
                        document: document, path: try row.value(at: 1),
                        name: try row.value(at: 2)))
                continue
            }
            texts[key] = hits.count
            hits.append(try hit(row, entry, rank: hits.count + 1, background: background))
        }
        return hits
    }

    private func hit(
        _ row: Row, _ entry: Ranked, rank: Int, background: ScoreBackground
    ) throws -> SearchHit {
        let candidate = entry.candidate
        let text = try row.value(String.self, at: 5)
        let evidence = fusion.evidence(of: candidate, mode: mode, background: background)
        return SearchHit(
            rank: rank, score: entry.score,
            probability: isProfiled ? profile.calibration?.probability(evidence) : nil,
            passage: candidate.id, document: try row.value(at: 0), path: try row.value(at: 1),
            name: try row.value(at: 2), title: try row.value(at: 3),
            heading: try row.value(at: 4), text: text,
            snippet: SnippetMaker(analyzer: reader.analyzer).snippet(of: text, for: request.query),
            metadata: try row.metadata(at: 6),
            explanation: .init(
                cosine: candidate.cosine, denseRank: candidate.denseRank,
                denseStanding: candidate.cosine.map(background.dense.zScore),
                bm25: candidate.lexicalScore, lexicalRank: candidate.lexicalRank,
                lexicalStanding: candidate.lexicalScore.map(background.lexical.zScore)))
    }
}
