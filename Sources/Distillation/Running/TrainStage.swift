import AjanCompute
import AjanEmbed
import AjanEncoder
import AjanEvaluation
import AjanSafetensors
import AjanTokenization
import AjanTraining
import AjanTurkishText
import Foundation

/// Trains the student, measures it, keeps its state.
struct TrainStage {
    let context: RunContext
    let set: TrainingSet
    let identity: String

    /// Texts whose tokens are counted to turn epochs into steps.
    private static let sampledTexts = 2_000

    private var recipe: Recipe { context.recipe }

    /// Trains to the end, or from the newest sound checkpoint on; nothing is left to do when
    /// `training.json` is there.
    ///
    /// - Throws: `DistillationError.notFinite`; `CancellationError` once the state is saved; errors
    ///   of files.
    func run() throws -> TrainingOutcome {
        if let outcome = try JSONFile.read(TrainingOutcome.self, at: context.folder.outcome) {
            return outcome
        }
        let folder = try ModelFolder(context.studentFolder)
        let text = StudentText(
            tokenizer: try Tokenizer(folder: folder.transformer), prompts: folder.prompts,
            contract: folder.textContract, maxTokens: folder.maxTokens)
        let steps = steps(text)
        let trainer = try makeTrainer(folder, steps: steps)
        let state = try restore(trainer)
        try RankedStep(trainer: trainer, ranks: context.ranks).joinDevices(
            deviceCount: context.device.countOnMachine)
        let measure = StudentMeasure(
            trainer: trainer, student: text, set: set, watch: try watchedTasks())
        var loop = TrainingLoop(
            context: context, trainer: trainer, measure: measure,
            source: StepSource(
                BatchStream(
                    set: set, student: text, recipe: recipe, position: state.position),
                readsAhead: trainer.usesDevice),
            steps: steps, state: state)
        return try loop.run()
    }

    // MARK: Trainer

    private func makeTrainer(_ folder: ModelFolder, steps: Int) throws -> Trainer {
        let training = recipe.training
        let configuration = try CheckedRecipe.configuration(
            of: folder, projection: recipe.projection)
        let student = try Student(
            configuration: configuration, checkpoint: Checkpoint(folder: folder.transformer),
            dense: try folder.dense.first.map { try Checkpoint(folder: $0.url) },
            seed: training.seed)
        return try Trainer(
            student: student, configuration: TrainerConfiguration(recipe, steps: steps),
            pool: ComputePool(threads: ThreadBudget.detect(requested: context.threads).threads),
            device: context.device.device)
    }

    /// Steps of the whole run. Epochs are turned into steps by the tokens of texts spread evenly
    /// over the set; a step is as large as the recipe allows.
    private func steps(_ text: StudentText) -> Int {
        switch recipe.training.length {
        case .steps(let steps): return steps
        case .epochs(let epochs):
            let count = min(Self.sampledTexts, set.texts.count)
            let tokens = (0..<count).reduce(0) { sum, index in
                let example = set.texts[index * set.texts.count / count]
                return sum + text.ids(set.text(example), role: set.role(example)).count
            }
            let all = Double(tokens) / Double(max(1, count)) * Double(set.texts.count)
            let perStep = Double(recipe.training.batchTokens * recipe.training.accumulation)
            return max(1, Int((epochs * all / perStep).rounded(.up)))
        }
    }

    // MARK: State

    /// Loads the newest checkpoint that is whole and belongs to this run.
    private func restore(_ trainer: Trainer) throws -> TrainingState {
        for step in context.folder.savedSteps().reversed() {
            let file = context.folder.checkpoint(step: step)
            let metadata = try trainer.restore(from: file)
            let state = try TrainingState(metadata, file: file, identity: identity, set: set)
            context.report(.note("going on after step \(step)"))
            return state
        }
        return TrainingState(identity: identity)
    }

    private func watchedTasks() throws -> [(name: String, data: RetrievalData)] {
        try context.checked.watch.compactMap { task in
            guard case .retrieval(let data) = try task.load() else { return nil }
            return (task.declaration.name, data)
        }
    }
}

extension TrainerConfiguration {
    /// What a recipe says about `steps` steps of training.
    init(_ recipe: Recipe, steps: Int) {
        let training = recipe.training
        self.init(
            optimizer: AdamWConfiguration(
                learningRate: training.learningRate, weightDecay: training.weightDecay),
            wordLearningRate: training.wordLearningRate,
            schedule: LearningRateSchedule(
                shape: training.schedule, warmupSteps: Int(training.warmup * Double(steps)),
                totalSteps: steps),
            objective: Objectives(recipe).texts,
            dropout: .init(
                hidden: Float(training.dropout), attention: Float(training.attentionDropout)),
            maxGradientNorm: Float(training.clipNorm),
            frozen: .init(
                embeddings: training.freezesEmbeddings, lowerLayers: training.frozenLayers),
            precision: training.precision, seed: training.seed)
    }
}

/// The objectives of a recipe.
struct Objectives {
    /// Of batches of texts.
    let texts: Objective
    /// Of batches of pairs.
    let pairs: Objective

    init(_ recipe: Recipe) {
        let loss = recipe.loss
        let weights: [(Objective.Loss, Double)] = [
            (.meanSquaredError, loss.mse), (.cosine, loss.cosine), (.relational, loss.relational),
        ]
        let terms = weights.filter { $0.1 > 0 }.map { Objective.Term($0.0, weight: Float($0.1)) }
        let prefixes = loss.matryoshka.map { Objective.Prefix(dimensions: $0) }
        texts = Objective(terms, prefixes: prefixes)
        let pairs = recipe.pairs.map { pairs in
            [
                Objective.Term(
                    .multipleNegatives(scale: Float(pairs.scale)), weight: Float(pairs.weight))
            ]
        }
        self.pairs = Objective(terms + (pairs ?? []), prefixes: prefixes)
    }
}
