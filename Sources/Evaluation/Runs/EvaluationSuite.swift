import AjanCompute

/// Runs a system over tasks and collects a run.
package struct EvaluationSuite {
    private let plan: SystemPlan
    private let store: EmbeddingStore?
    private let resampling: EvaluationRun.Resampling
    private let report: (EvaluationEvent) -> Void

    /// - Parameters:
    ///   - store: embeddings of the model; nil only for a lexical baseline.
    ///   - report: told which task or variant begins.
    package init(
        plan: SystemPlan, store: EmbeddingStore?, resampling: EvaluationRun.Resampling = .init(),
        report: @escaping (EvaluationEvent) -> Void = { _ in }
    ) {
        precondition(store != nil || !plan.kind.needsModel, "a model's system needs embeddings")
        self.plan = plan
        self.store = store
        self.resampling = resampling
        self.report = report
    }

    /// Measures `tasks`, and with `robustness` also asks the altered queries of retrieval tasks.
    ///
    /// A lexical baseline leaves out tasks of sentence pairs, for which it has no answer.
    ///
    /// - Throws: errors of the data (`EvaluationError`) and of the model.
    package func run(
        _ tasks: [LocatedTask], system: SystemDescription, robustness: Bool
    ) throws -> EvaluationRun {
        var (scores, variants): ([TaskScores], [RobustnessScores]) = ([], [])
        for task in tasks {
            report(.began(task.declaration.name))
            switch try task.load() {
            case .retrieval(let data):
                let clean = try TaskEvaluator(resampling: resampling)
                    .retrieval(task.declaration, data, system: plan.system(store: store))
                scores.append(clean)
                if robustness { variants += try altered(task.declaration, data, clean: clean) }
            case .pairs(let data):
                guard let store, plan.kind == .dense else { continue }
                scores.append(
                    try TaskEvaluator(resampling: resampling).pairs(
                        task.declaration, data, store: store, role: plan.queryRole,
                        longText: plan.longText))
            }
        }
        guard !scores.isEmpty else {
            throw EvaluationError.incomparable(
                "none of the tasks asks for a ranking, which is all that "
                    + "\(quoted: plan.kind.rawValue) gives")
        }
        return EvaluationRun(
            system: system, tasks: scores, robustness: variants, embedding: store?.statistics,
            resampling: resampling)
    }

    private func altered(
        _ task: TaskDeclaration, _ data: RetrievalData, clean: TaskScores
    ) throws -> [RobustnessScores] {
        let evaluator = TaskEvaluator(resampling: resampling)
        let baseline = clean.perUnit[clean.mainScore] ?? []
        return try RobustnessVariant.all.compactMap { variant in
            if variant.role != nil, !plan.kind.needsModel || !plan.usesPrompts { return nil }
            report(.began("\(task.name), \(variant.name)"))
            let values = try evaluator.mainScores(
                data, queries: data.queries.map { variant.alter($0.text) },
                system: plan.system(store: store, queryRole: variant.role))
            return RobustnessScores(
                task: task.name, variant: variant.name, score: evaluator.mean(values),
                difference: PairedSample.means(values, baseline).comparison(
                    replicates: resampling.replicates, seed: resampling.seed))
        }
    }
}
