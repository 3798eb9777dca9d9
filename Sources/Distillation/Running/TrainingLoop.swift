import AjanEncoder
import AjanSafetensors
import AjanTraining
import Foundation

/// The steps of a run, with what happens between them.
struct TrainingLoop {
    let context: RunContext
    let trainer: Trainer
    let measure: StudentMeasure
    let source: StepSource
    let steps: Int
    var state: TrainingState

    private var recipe: Recipe { context.recipe }

    mutating func run() throws -> TrainingOutcome {
        let log =
            try context.ranks.isFirst
            ? RunLog(context.folder.log, after: trainer.stepCount) : nil
        if state.first == nil, context.ranks.isFirst { state.first = try measured(log) }
        while trainer.stepCount < steps {
            if try context.ranks.any(context.isCancelled()) {
                try save()
                throw CancellationError()
            }
            let step = try advance()
            try log?.append(.step(step))
            context.report(.step(step))
            if isDue(recipe.evaluation.every), context.ranks.isFirst { _ = try measured(log) }
            if isDue(recipe.checkpoints.every) { try save() }
        }
        return try finish()
    }

    private func isDue(_ every: Int) -> Bool {
        trainer.stepCount % every == 0 || trainer.stepCount == steps
    }

    // MARK: Steps

    private mutating func advance() throws -> TrainingStep {
        let start = ContinuousClock.now
        let (batches, position) = source.next()
        state.position = position
        do {
            let report = try RankedStep(trainer: trainer, ranks: context.ranks).take(
                batches.map(\.batch))
            return TrainingStep(
                step: report.step, steps: steps, loss: report.loss,
                gradientNorm: report.gradientNorm, learningRate: report.learningRate,
                tokens: batches.reduce(0) { $0 + $1.batch.sequences.tokenCount },
                seconds: (ContinuousClock.now - start) / .seconds(1))
        } catch TrainingError.notFinite(let step, let batch, _) {
            let names = batch.map { [batches[$0].name] } ?? batches.map(\.name)
            throw DistillationError.notFinite(step: step, batch: names.joined(separator: "; "))
        }
    }

    // MARK: Measurements

    /// Measures, and keeps the parameters when they are the best so far.
    private mutating func measured(_ log: RunLog?) throws -> StudentMeasurement {
        let measurement = try measure.measure(step: trainer.stepCount)
        guard measurement.heldOutMSE.isFinite, measurement.heldOutCosine.isFinite else {
            throw DistillationError.notFinite(step: trainer.stepCount, batch: "held-out texts")
        }
        try log?.append(.measurement(measurement))
        if measurement.score > state.best?.score ?? -.infinity {
            state.best = measurement
            try trainer.synchronize()
            let student = trainer.student
            try SafetensorsWriter.write(
                student.layout.parameters.map {
                    SafetensorsWriter.Tensor($0.name, student.matrix($0), shape: $0.shape)
                }, metadata: ["step": "\(measurement.step)"], to: context.folder.best)
        }
        context.report(.measured(measurement))
        try RunReport(context.folder, recipe: recipe).write()
        return measurement
    }

    // MARK: Files

    /// Writes the state, then forgets states beyond the last few.
    private func save() throws {
        guard context.ranks.isFirst else { return try context.ranks.barrier() }
        try trainer.save(
            to: context.folder.checkpoint(step: trainer.stepCount), metadata: try state.metadata)
        for step in context.folder.savedSteps().dropLast(recipe.checkpoints.keep) {
            try FileManager.default.removeItem(at: context.folder.checkpoint(step: step))
        }
        try context.ranks.barrier()
    }

    private func finish() throws -> TrainingOutcome {
        guard context.ranks.isFirst else {
            try context.ranks.barrier()
            guard let outcome = try JSONFile.read(TrainingOutcome.self, at: context.folder.outcome)
            else { throw DistillationError.ranks("rank 0 left no result of the training") }
            return outcome
        }
        var (seconds, tokens) = (0.0, 0)
        var last = state.best
        for entry in RunLog.entries(at: context.folder.log) {
            switch entry {
            case .measurement(let measurement): last = measurement
            case .step(let step):
                seconds += step.seconds
                tokens += step.tokens
            }
        }
        guard let first = state.first, let best = state.best, let last else {
            preconditionFailure("a run is measured before its first step")
        }
        let outcome = TrainingOutcome(
            steps: steps, first: first, best: best, last: last, seconds: seconds, tokens: tokens)
        try RunReport(context.folder, recipe: recipe).write()
        try JSONFile.write(outcome, to: context.folder.outcome)
        try context.ranks.barrier()
        return outcome
    }
}
