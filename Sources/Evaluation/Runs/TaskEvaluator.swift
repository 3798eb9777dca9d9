import AjanCompute
package import AjanEmbed

/// Measures a system on tasks.
package struct TaskEvaluator {
    let resampling: EvaluationRun.Resampling

    /// Documents of a ranking that count; mteb keeps as many.
    static let rankingDepth = 1_000

    package init(resampling: EvaluationRun.Resampling = .init()) {
        self.resampling = resampling
    }

    /// A retrieval task: ranks the documents for each query and scores the rankings.
    package func retrieval(
        _ task: TaskDeclaration, _ data: RetrievalData, system: any RetrievalSystem
    ) throws -> TaskScores {
        let start = ContinuousClock.now
        let relevance = try relevance(data, queries: data.queries.map(\.text), system: system)
        let perUnit = Dictionary(
            uniqueKeysWithValues: RetrievalMetric.reported.map { metric in
                (metric.name, relevance.map { $0.value(of: metric) })
            })
        return TaskScores(
            task, data: data.fingerprint, scores: perUnit.mapValues { mean($0) },
            units: data.queries.map(\.id.text),
            perUnit: perUnit, documents: data.documents.count, since: start)
    }

    /// The main score of each query when `queries` are asked instead of the task's own.
    package func mainScores(
        _ data: RetrievalData, queries: [String], system: any RetrievalSystem
    ) throws -> [Double] {
        try relevance(data, queries: queries, system: system)
            .map { $0.value(of: RetrievalMetric.reported[0]) }
    }

    /// A similarity or bitext task: both sides are embedded as queries, as the E5 models prescribe
    /// for symmetric tasks.
    package func pairs(
        _ task: TaskDeclaration, _ data: PairData, store: EmbeddingStore, role: Role,
        longText: LongText
    ) throws -> TaskScores {
        let start = ContinuousClock.now
        let first = try store.embeddings(of: data.first, role: role, longText: longText)
        let second = try store.embeddings(of: data.second, role: role, longText: longText)
        var (scores, perUnit): ([String: Score], [String: [Double]])
        if let gold = data.gold {
            let predictions = zip(first, second).map { Cosine.similarity($0.vector, $1.vector) }
            (scores, perUnit) = similarity(predictions, gold)
        } else {
            (scores, perUnit) = bitext(first, second)
        }
        guard scores.values.allSatisfy(\.value.isFinite) else {
            throw EvaluationError.embedder(
                "all pairs of \(quoted: task.name) have the same similarity")
        }
        return TaskScores(
            task, data: data.fingerprint, scores: scores,
            units: data.first.indices.map { String($0 + 1) },
            perUnit: perUnit, documents: 0, since: start)
    }

    /// The mean with its interval.
    package func mean(_ values: [Double]) -> Score {
        score(MeanStatistic(values))
    }

    private func score(_ statistic: some ResampledStatistic) -> Score {
        let bootstrap = Bootstrap(
            statistic, replicates: resampling.replicates, seed: resampling.seed)
        return Score(
            value: bootstrap.estimate, interval: bootstrap.biasCorrectedAccelerated())
    }

    private func relevance(
        _ data: RetrievalData, queries: [String], system: any RetrievalSystem
    ) throws -> [QueryRelevance] {
        let scores = try system.scores(queries: queries, documents: data.documents.map(\.text))
        return zip(scores, data.judgments).map { row, judgments in
            let top = TopDocuments.select(min(Self.rankingDepth, row.count), from: row)
            let ranking = RankedList(
                top.map { ScoredDocument(id: data.documents[$0.index].id, score: $0.score) })
            return QueryRelevance(ranking: ranking, judgments: judgments)
        }
    }

    private func similarity(
        _ predictions: [Double], _ gold: [Double]
    ) -> ([String: Score], [String: [Double]]) {
        let scores = [
            "cosine_spearman": score(SpearmanStatistic(predictions, gold)),
            "cosine_pearson": score(PearsonStatistic(predictions, gold)),
        ]
        return (scores, ["prediction": predictions, "gold": gold])
    }

    private func bitext(
        _ first: [SentenceEmbedding], _ second: [SentenceEmbedding]
    ) -> ([String: Score], [String: [Double]]) {
        let table = Cosine.table(Cosine.unitRows(first), Cosine.unitRows(second))
        let nearest = (0..<table.rows).map { row in
            TopDocuments.select(1, from: table.row(row).map(Double.init))[0].index
        }
        let metrics = BitextMetrics(predicted: nearest)
        let perUnit = ["f1": metrics.f1PerPair, "accuracy": metrics.accuracyPerPair]
        return (perUnit.mapValues { mean($0) }, perUnit)
    }
}

extension TaskScores {
    fileprivate init(
        _ task: TaskDeclaration, data: String, scores: [String: Score], units: [String],
        perUnit: [String: [Double]], documents: Int, since start: ContinuousClock.Instant
    ) {
        self.init(
            task: task.name, kind: task.kind, mteb: task.mteb, languages: task.languages,
            data: data,
            mainScore: task.kind.mainScore, scores: scores, units: units, perUnit: perUnit,
            documents: documents, seconds: (ContinuousClock.now - start) / .seconds(1))
    }
}
