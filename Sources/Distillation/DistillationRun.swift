import AjanCompute
package import AjanEmbed
import AjanEvaluation
package import Foundation

/// One run of a recipe, from the check to the finished folders.
///
/// Every stage looks for what is done already, so a run that was stopped or killed goes on where it
/// was, with the same bytes in the end.
package struct DistillationRun {
    private let context: RunContext
    /// Folder below which evaluations keep embeddings; nil keeps none.
    private let embeddingCache: URL?

    /// What a run came to.
    package struct Result {
        package let folder: RunFolder
        package let first: StudentMeasurement?
        package let best: StudentMeasurement?
        package let evaluation: EvaluationResult?
        /// Finished model folders.
        package let models: [URL]
    }

    /// - Parameters:
    ///   - output: the run's folder.
    ///   - threads: nil takes what the machine allows.
    ///   - device: what computes the teacher, the steps and the evaluation.
    ///   - report: told what happens.
    ///   - isCancelled: asked between steps and between batches of the teacher; true ends the run
    ///     once everything is saved.
    package init(
        _ checked: CheckedRecipe, output: URL, threads: Int? = nil,
        device: DeviceChoice = .processor, ranks: any RankGroup = SingleRank(),
        embeddingCache: URL? = ModelCatalog.folder.deletingLastPathComponent(),
        report: @escaping (DistillationEvent) -> Void = { _ in },
        isCancelled: @escaping () -> Bool = { false }
    ) {
        let own: (DistillationEvent) -> Void = { if ranks.isFirst { report($0) } }
        context = RunContext(
            checked: checked, folder: RunFolder(output), threads: threads, device: device,
            ranks: ranks, report: own, isCancelled: isCancelled)
        self.embeddingCache = embeddingCache
    }

    /// Runs every stage up to `last`.
    ///
    /// - Throws: `DistillationError`; `CancellationError` when `isCancelled` said so; errors of
    ///   models, tasks and files.
    package func run(through last: DistillationStage = .export) throws -> Result {
        var result = Progress(folder: context.folder)
        func reaches(_ stage: DistillationStage) -> Bool {
            let all = DistillationStage.allCases
            return (all.firstIndex(of: stage) ?? 0) <= (all.firstIndex(of: last) ?? 0)
        }
        try DeviceCheck(context: context).run()
        context.report(.began(.check, checkSentence))
        guard reaches(.cache) else { return result.result }
        let corpus = try CorpusReader(context.checked.file).read()
        let identity = try claim(corpus)
        context.report(.began(.cache, "\(corpus.textCount) texts through the teacher"))
        let vectors = try CacheStage(context: context, corpus: corpus)
            .run(teacherFingerprint: identity.teacher)
        try context.ranks.barrier()
        guard reaches(.train) else { return result.result }
        let claim = try claimTraining()
        defer { claim?.removeFile() }
        try SurgeryStage(context: context, corpus: corpus).run()
        try context.ranks.barrier()
        let set = TrainingSet(
            corpus: corpus, vectors: vectors, heldOut: context.recipe.heldOut,
            seed: context.recipe.training.seed)
        context.report(
            .began(
                .train,
                "\(set.texts.count) texts, \(set.pairs.count) pairs, "
                    + "\(set.heldOut.count) held out"))
        let outcome = try TrainStage(
            context: context, set: set, identity: try identity.digest
        ).run()
        result.outcome = outcome
        guard context.ranks.isFirst, reaches(.evaluate) else { return result.result }
        let export = ExportStage(context: context)
        let candidate = try export.writeCandidate()
        context.report(.began(.evaluate, "\(context.checked.tasks.count) tasks"))
        let evaluation = try EvaluateStage(context: context, cache: embeddingCache)
            .run(candidate: candidate)
        result.evaluation = evaluation
        guard reaches(.export) else { return result.result }
        context.report(
            .began(.export, context.recipe.export.formats.map(\.rawValue).joined(separator: ", ")))
        result.models = try self.export(
            export, identity: identity, outcome: outcome, evaluation: evaluation)
        return result.result
    }

    /// What a run has come to so far.
    private struct Progress {
        let folder: RunFolder
        var outcome: TrainingOutcome?
        var evaluation: EvaluationResult?
        var models: [URL] = []

        var result: Result {
            Result(
                folder: folder, first: outcome?.first, best: outcome?.best, evaluation: evaluation,
                models: models)
        }
    }

    private var checkSentence: String {
        let checked = context.checked
        let missing =
            checked.missingTasks.isEmpty
            ? "" : "; no data for \(checked.missingTasks.joined(separator: ", "))"
        let skipped = CorpusReader(checked.file).missingSources
        let sources =
            skipped.isEmpty
            ? "" : "; without the sources \(skipped.joined(separator: ", ")), which are not there"
        return "the recipe is sound; training needs "
            + "\(MemoryBudget.text(checked.memoryByteCount))\(missing)\(sources)"
    }

    /// Takes the run's folder for this recipe, these models and this corpus.
    private func claim(_ corpus: TrainingCorpus) throws -> RunIdentity {
        let teacher = try ModelInfo(context.checked.teacher.url)
        let window = min(
            context.recipe.teacher.maxTokens ?? teacher.maxTokens, teacher.maxTokens)
        let identity = RunIdentity(
            recipe: context.recipe,
            teacher:
                "\(teacher.fingerprint)/\(context.arithmetic)/\(window)/normalized"
                + "/\(SentenceEncoder.encodingVersion)",
            student: try ModelInfo(context.checked.student.url).fingerprint, corpus: corpus)
        if context.ranks.isFirst { try identity.claim(context.folder) }
        try context.ranks.barrier()
        return identity
    }

    /// Makes this process the one that trains in the run's folder; nil for ranks that write
    /// nothing.
    private func claimTraining() throws -> FileLock? {
        guard context.ranks.isFirst else { return nil }
        guard let claim = try FileLock(context.folder.claim) else {
            throw DistillationError.run(
                folder: context.folder.url.path, problem: "another process is training here")
        }
        context.folder.removeLeftovers()
        return claim
    }

    private func export(
        _ stage: ExportStage, identity: RunIdentity, outcome: TrainingOutcome,
        evaluation: EvaluationResult
    ) throws -> [URL] {
        let surgery = try JSONFile.read(StudentSurgery.Report.self, at: context.folder.surgery)
        return try stage.run { candidate, format in
            ModelCard(
                recipe: context.recipe, info: try ModelInfo(candidate), format: format,
                evaluation: evaluation, outcome: outcome, sources: identity.sources,
                surgery: surgery, identity: try identity.digest
            ).text
        }
    }
}
