import Documents
import Foundation
import GRDB

/// One search, inside one read transaction: tables and vectors of the same update.
struct SearchRun {
    let reader: IndexReader
    let request: SearchRequest
    let profile: SearchProfile
    let mode: SearchMode
    let query: QuantizedVector?

    private typealias Ranked = (candidate: Fusion.Candidate, score: Double)

    func hits(_ db: Database, timings: inout SearchTimings) throws -> ([SearchHit], Bool) {
        let background = try Meta.background.read(db)
        guard let background else { return ([], false) }
        let depth = max(100, request.limit * (request.onePerDocument ? 8 : 2))
        var clock = Stopwatch()
        let dense = try denseEntries(db, count: depth)
        timings.dense = clock.milliseconds
        clock = Stopwatch()
        let lexical = try lexicalEntries(db, count: depth)
        timings.lexical = clock.milliseconds
        clock = Stopwatch()
        defer { timings.fetch = clock.milliseconds }
        let ranked = try rank(db, dense: dense, lexical: lexical, background: background)
        let hits = try fetch(db, ranked, background: background)
        guard let least = profile.abstainBelow, profile.mode == mode, request.fusion == nil else {
            return (hits, false)
        }
        let likely = hits.filter { ($0.probability ?? 1) >= least }
        return (likely, likely.isEmpty && !hits.isEmpty)
    }

    private func denseEntries(_ db: Database, count: Int) throws -> [TopK.Entry] {
        guard let query else { return [] }
        var allowed: [Int64]?
        if !request.filter.isEmpty {
            allowed = try Int64.fetchAll(
                db, sql: request.filter.passageQuery, arguments: request.filter.arguments)
        }
        return try reader.denseSearch(db).nearest(to: query, count: count, among: allowed)
    }

    private func lexicalEntries(_ db: Database, count: Int) throws -> [TopK.Entry] {
        guard mode != .dense else { return [] }
        return try LexicalSearch(analyzer: reader.analyzer)
            .best(db, query: request.query, count: count, filter: request.filter)
    }

    private func rank(
        _ db: Database, dense: [TopK.Entry], lexical: [TopK.Entry], background: ScoreBackground
    ) throws -> [Ranked] {
        var candidates = Fusion.candidates(dense: dense, lexical: lexical)
        if let query {
            let search = try reader.denseSearch(db)
            for index in candidates.indices where candidates[index].cosine == nil {
                candidates[index].cosine = search.cosine(of: candidates[index].id, to: query)
                    .map(Double.init)
            }
        }
        let fusion = request.fusion ?? profile.fusion
        let ranked: [Ranked] = candidates.map { candidate in
            let score =
                switch mode {
                case .dense: candidate.cosine ?? 0
                case .lexical: candidate.lexicalScore ?? 0
                case .hybrid: fusion.score(candidate, background: background)
                }
            return (candidate, score)
        }
        return ranked.sorted {
            $0.score == $1.score ? $0.candidate.id < $1.candidate.id : $0.score > $1.score
        }
    }

    private func fetch(
        _ db: Database, _ ranked: [Ranked], background: ScoreBackground
    ) throws -> [SearchHit] {
        var (hits, documents): ([SearchHit], Set<Int64>) = ([], [])
        let statement = try db.cachedStatement(
            sql: """
                SELECT documentID, source.path, document.name, document.title, heading, text, metadata
                FROM passage JOIN document ON document.id = documentID
                JOIN source ON source.id = sourceID WHERE passage.id = ?
                """)
        for entry in ranked {
            if hits.count == request.limit { break }
            let row = try Row.fetchOne(statement, arguments: [entry.candidate.id])
            guard let row, documents.insert(row[0]).inserted || !request.onePerDocument else {
                continue
            }
            hits.append(try hit(row, entry, rank: hits.count + 1, background: background))
        }
        return hits
    }

    private func hit(
        _ row: Row, _ entry: Ranked, rank: Int, background: ScoreBackground
    ) throws -> SearchHit {
        let candidate = entry.candidate
        let text: String = row[5]
        let metadata = try JSONDecoder().decode(
            [String: MetadataValue].self, from: Data((row[6] as String).utf8))
        let isProfiled = mode == profile.mode && request.fusion == nil
        return SearchHit(
            rank: rank, score: entry.score,
            probability: isProfiled ? profile.calibration?.probability(entry.score) : nil,
            passage: candidate.id, document: row[0], path: row[1], name: row[2], title: row[3],
            heading: row[4], text: text,
            snippet: SnippetMaker(analyzer: reader.analyzer).snippet(of: text, for: request.query),
            metadata: metadata,
            explanation: .init(
                cosine: candidate.cosine, denseRank: candidate.denseRank,
                denseStanding: candidate.cosine.map(background.dense.standing),
                bm25: candidate.lexicalScore, lexicalRank: candidate.lexicalRank,
                lexicalStanding: candidate.lexicalScore.map(background.lexical.standing)))
    }
}
