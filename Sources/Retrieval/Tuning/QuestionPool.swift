import AjanEmbed
import AjanEvaluation
import GRDB

/// What an index finds for each of the questions, before anything is ranked: every way to rank is
/// then measured on the same candidates without searching again.
struct QuestionPool {
    /// A question, the passages that one of the two searches found, and their documents.
    struct Entry {
        let question: TuningQuestion
        let candidates: [Fusion.Candidate]
        let documents: [Int64: Int64]
    }

    let entries: [Entry]
    private let background: ScoreBackground

    private static let metric = RetrievalMetric.ndcg(at: 10)
    private static let documentsRanked = 10
    private static let batchCount = 64

    /// - Parameter progress: called with the number of questions done.
    init(
        _ questions: [TuningQuestion], reader: IndexReader, embedder: any PassageEmbedder,
        progress: (Int) throws -> Void
    ) throws {
        var entries: [Entry] = []
        let background = try reader.database.read { try Meta.background.read($0) }
        guard let background else {
            throw RetrievalError.request("\(reader.directory.path) is empty; index documents first")
        }
        for start in stride(from: 0, to: questions.count, by: Self.batchCount) {
            let batch = questions[start..<min(start + Self.batchCount, questions.count)]
            let vectors = try embedder.vectors(of: batch.map(\.text), role: .query)
            try reader.database.read { db in
                for (question, vector) in zip(batch, vectors) {
                    entries.append(try Self.entry(db, reader, question, QuantizedVector(vector)))
                }
            }
            try progress(entries.count)
        }
        self.entries = entries
        self.background = background
    }

    private static func entry(
        _ db: Database, _ reader: IndexReader, _ question: TuningQuestion,
        _ vector: QuantizedVector
    ) throws -> Entry {
        let run = SearchRun(
            reader: reader, request: SearchRequest(question.text), profile: SearchProfile(),
            mode: .hybrid, query: vector)
        var timings = SearchTimings()
        let candidates = try run.candidates(db, timings: &timings)
        let statement = try db.cachedStatement(
            sql: "SELECT documentID FROM passage WHERE id = ?")
        var documents: [Int64: Int64] = [:]
        for candidate in candidates {
            documents[candidate.id] = try Int64.fetchOne(statement, arguments: [candidate.id])
        }
        return Entry(question: question, candidates: candidates, documents: documents)
    }

    /// nDCG@10 of each question that has answers, documents ranked by their best passage.
    func scores(_ mode: SearchMode, _ fusion: Fusion) -> [Double] {
        entries.filter(\.question.isAnswerable).map { entry in
            let documents = documents(of: entry, mode, fusion).map(\.document)
            let ranking = RankedList(
                documents.enumerated().map { place, document in
                    ScoredDocument(id: Identifier(String(document)), score: -Double(place))
                })
            return QueryRelevance(ranking: ranking, judgments: entry.question.judgments)
                .value(of: Self.metric)
        }
    }

    /// The evidence for the first `count` documents of each question, best first, and whether they
    /// are right.
    func evidence(
        _ mode: SearchMode, _ fusion: Fusion, count: Int
    ) -> [[(evidence: Double, isRight: Bool)]] {
        entries.map { entry in
            documents(of: entry, mode, fusion).prefix(count).map { candidate, document in
                let grade = entry.question.judgments[Identifier(String(document))] ?? 0
                let evidence = fusion.evidence(of: candidate, mode: mode, background: background)
                return (evidence, grade > 0)
            }
        }
    }

    private func documents(
        of entry: Entry, _ mode: SearchMode, _ fusion: Fusion
    ) -> [(candidate: Fusion.Candidate, document: Int64)] {
        var seen: Set<Int64> = []
        var documents: [(candidate: Fusion.Candidate, document: Int64)] = []
        let ranked = SearchRun.rank(
            entry.candidates, mode: mode, fusion: fusion, background: background)
        for (candidate, _) in ranked {
            if documents.count == Self.documentsRanked { break }
            guard let document = entry.documents[candidate.id], seen.insert(document).inserted
            else { continue }
            documents.append((candidate, document))
        }
        return documents
    }
}
