import AjanCompute
import AjanEmbed
import AjanEvaluation
import AjanTraining
import AjanTurkishText
import Foundation

/// The `README.md` of a finished model, written from what the run did and measured.
struct ModelCard {
    let recipe: Recipe
    let info: ModelInfo
    let format: Recipe.Export.Format
    let evaluation: EvaluationResult
    let outcome: TrainingOutcome
    let sources: [TrainingCorpus.SourceRecord]
    let surgery: StudentSurgery.Report?
    /// SHA-256 of everything that the run depends on.
    let identity: String

    var text: String {
        let sections = [
            header, title, benchmark, usage, training, data, hyperparameters, limitations, licence,
        ]
        return sections.joined(separator: "\n\n") + "\n"
    }

    // MARK: Sections

    private var header: String {
        """
        ---
        \(recipe.export.licence.isEmpty ? "" : "license: \(recipe.export.licence)\n")language: tr
        pipeline_tag: sentence-similarity
        library_name: sentence-transformers
        tags: [sentence-transformers, feature-extraction, turkish, retrieval, distillation]
        ---
        """
    }

    private var title: String {
        let dense = recipe.projection.map { size in
            " A Dense layer leads its vectors from \(info.hiddenSize) to the teacher's \(size) numbers."
        }
        return """
            # \(recipe.name)

            A sentence-embedding model for Turkish retrieval: \(about), trained to give \
            the vectors of \(recipe.teacher.model).\(dense ?? "") \
            \(Self.millions(info.parameters)) parameters, \(info.dimensions) numbers per vector, \
            \(info.maxTokens) tokens per window, stored as \(format == .int8 ? "int8" : info.storedAs).
            """
    }

    private var about: String {
        recipe.export.about.isEmpty ? Self.name(recipe.student.model) : recipe.export.about
    }

    /// Whether the run used a device; all its models are opened with one arithmetic
    /// (`RunContext.arithmetic`).
    private var usesDevice: Bool { evaluation.precision.hasPrefix(DeviceChoice.arithmeticPrefix) }
    /// "int8", "bf16".
    private var numbers: String {
        usesDevice
            ? String(evaluation.precision.dropFirst(DeviceChoice.arithmeticPrefix.count))
            : evaluation.precision
    }

    private var benchmark: String {
        guard !evaluation.tasks.isEmpty else {
            return """
                ## Benchmark

                Not measured: the recipe names no task whose data was there.
                """
        }
        var lines = [
            "## Benchmark",
            "",
            "Main score of each task with its 95% bootstrap interval; "
                + (usesDevice ? "computed in \(numbers) on a GPU" : "weights in \(numbers)")
                + ". The undistilled student is the ablation.",
            "",
            "| model | parameters | \(evaluation.tasks.map { "\($0.task) (\($0.metric))" }.joined(separator: " | ")) |",
            "|---|---|" + String(repeating: "---|", count: evaluation.tasks.count),
        ]
        for (index, system) in evaluation.systems.enumerated() {
            let cells = evaluation.tasks.map { task in
                let score = task.scores[index]
                return String(format: "%.3f (%.3f to %.3f)", score.value, score.low, score.high)
            }
            lines.append(
                "| \(Self.name(system.name)) (\(system.note)) | \(Self.millions(system.parameters)) | "
                    + cells.joined(separator: " | ") + " |")
        }
        lines.append("")
        lines += evaluation.tasks.map { task in
            "- \(task.task), \(task.units) units, paired: "
                + Self.sentence(
                    "the undistilled student", task.overAblation.difference,
                    task.overAblation.interval.low, task.overAblation.interval.high) + "; "
                + Self.sentence(
                    "the teacher", task.overTeacher.difference,
                    task.overTeacher.interval.low, task.overTeacher.interval.high) + "."
        }
        return lines.joined(separator: "\n")
    }

    private static func sentence(
        _ other: String, _ difference: Double, _ low: Double, _ high: Double
    ) -> String {
        let verdict = low > 0 ? "better than" : high < 0 ? "worse than" : "not told apart from"
        return verdict + " \(other) "
            + String(format: "(%+.3f, 95%% interval %+.3f to %+.3f)", difference, low, high)
    }

    private var usage: String {
        let query = info.queryPrompt
        let passage = info.passagePrompt
        let prompts =
            query.isEmpty && passage.isEmpty
            ? "No prompt is needed." : "Queries begin with `\(query)`, passages with `\(passage)`."
        let python =
            format == .int8
            ? "The int8 weights are read by `ajan` only; the F32 folder also loads in "
                + "sentence-transformers."
            : """
            ```python
            from sentence_transformers import SentenceTransformer

            model = SentenceTransformer("\(recipe.name)")
            vectors = model.encode(
                ["\(query)kargom ne zaman gelir?",
                 "\(passage)Siparişler 1-3 iş günü içinde kargoya verilir."],
                normalize_embeddings=True)
            ```
            """
        return """
            ## Usage

            \(prompts) `ajan` puts the prompt of the role in front by itself:

            ```
            ajan embed --model \(URL(fileURLWithPath: info.folder).lastPathComponent) --role query "kargom ne zaman gelir?"
            ```

            \(python)
            """
    }

    private var training: String {
        let surgery = surgery.map { report in
            " Before training, \(report.layers.count) layers and \(report.vocabularyAfter) of "
                + "\(report.vocabularyBefore) vocabulary rows were kept."
        }
        let choice =
            outcome.best.retrieval.isEmpty
            ? "it was the nearest to the teacher on held-out texts"
            : "it retrieved best on the watched tasks"
        return """
            ## Training

            Offline distillation: the teacher's vectors were computed once over the corpus \
            (\(usesDevice ? "\(numbers) on a GPU" : "\(numbers) weights")) and kept; the student learnt to give them.\(surgery ?? "") \
            \(outcome.steps) steps, \(outcome.tokens) tokens, \
            \(String(format: "%.0f", outcome.seconds)) s of training on a \(usesDevice ? "GPU" : "CPU"). The checkpoint of step \
            \(outcome.best.step) is this model: \(choice). Cosine to the teacher \
            on held-out texts: \(Self.number(outcome.first.heldOutCosine)) before, \
            \(Self.number(outcome.best.heldOutCosine)) after.

            - Teacher: \(recipe.teacher.model), SHA-256 `\(evaluation.teacher.fingerprint)`
            - Student before training: \(about), SHA-256 `\(evaluation.undistilled.fingerprint)`
            - This model: SHA-256 `\(info.fingerprint)`
            - Run (recipe, models, corpus): SHA-256 `\(identity)`
            """
    }

    private var decontamination: String {
        guard !recipe.decontaminate.isEmpty else { return "" }
        let count = sources.reduce(0) { $0 + $1.contaminated }
        return " \(count) texts and pairs that hold a piece of an evaluation set were left out."
    }

    private var data: String {
        let statement = recipe.export.dataStatement
        return """
            ## Data

            \(statement.isEmpty ? "The recipe makes no statement about the origin of its texts." : statement)

            | source | read as | texts | SHA-256 |
            |---|---|---|---|
            \(sourceRows.joined(separator: "\n"))

            \(labels)\(decontamination)
            """
    }

    /// What the run has seen of the tasks that it reports. The texts of sources that were not held
    /// against the evaluation sets are not known to be free of them.
    private var labels: String {
        let watched = recipe.evaluation.watch.filter { !evaluation.missingTasks.contains($0) }
        let choice =
            watched.isEmpty
            ? "No evaluation task chose the checkpoint."
            : "The checkpoint was chosen by the scores on \(watched.joined(separator: ", ")), whose "
                + "score here is therefore a little high."
        let texts =
            recipe.decontaminate.isEmpty
            ? " The training texts were not compared with the evaluation sets." : ""
        return choice + texts
    }

    private var sourceRows: [String] {
        var asked = recipe.corpus[...]
        return sources.map { record in
            // A source that may be missing, and was, has no record.
            while let source = asked.first, source.path != record.path { asked.removeFirst() }
            let source = asked.popFirst()
            let use = source.map { $0.kind == .pairs ? "pairs" : $0.role.rawValue } ?? ""
            return "| \(Self.name(record.path)) | \(use) | \(record.texts) | "
                + "`\(record.sha256.prefix(16))…` |"
        }
    }

    private var hyperparameters: String {
        let training = recipe.training
        let loss = recipe.loss
        var rows: [(String, String)] = [
            ("loss", Self.sum(of: loss)),
            ("optimiser", "AdamW, weight decay \(training.weightDecay)"),
            (
                "learning rate",
                "\(training.learningRate), \(training.schedule.rawValue), warm-up \(training.warmup)"
            ),
            ("step", "\(training.batchTokens) tokens × \(training.accumulation)"),
            ("gradient limit", "\(training.clipNorm)"),
            ("dropout", "\(training.dropout), attention \(training.attentionDropout)"),
            ("seed", "\(training.seed)"),
            ("precision", training.precision.rawValue),
        ]
        if let rate = training.wordLearningRate {
            rows.append(("learning rate of the word table", "\(rate)"))
        }
        if training.freezesEmbeddings || training.frozenLayers > 0 {
            let table = training.freezesEmbeddings ? "embeddings, " : ""
            rows.append(("frozen", "\(table)the first \(training.frozenLayers) layers"))
        }
        if !loss.matryoshka.isEmpty {
            rows.append(("Matryoshka", loss.matryoshka.map(String.init).joined(separator: ", ")))
        }
        if let noise = recipe.noise {
            let percent = Int(((1 - noise.cleanShare) * 100).rounded())
            let kinds = noise.kinds.map(\.rawValue).joined(separator: ", ")
            rows.append(("noise", "\(percent)% of the texts: \(kinds)"))
        }
        if let pairs = recipe.pairs {
            rows.append(
                (
                    "pairs",
                    "\(pairs.share) of the batches, weight \(pairs.weight), scale \(pairs.scale)"
                ))
        }
        return "## Hyper-parameters\n\n| | |\n|---|---|\n"
            + rows.map { "| \($0.0) | \($0.1) |" }.joined(separator: "\n")
    }

    private var limitations: String {
        var lines = [
            "- The teacher is the ceiling: where it is wrong, this model has learnt to be wrong.",
            "- Texts beyond \(info.maxTokens) tokens are read in windows or cut.",
            "- Trained on the sources above; other domains were not measured.",
        ]
        let worse = evaluation.tasks.filter { $0.overAblation.interval.high < 0 }.map(\.task)
        if !worse.isEmpty {
            lines.append(
                "- Distillation made it worse on \(worse.joined(separator: ", ")): take the undistilled "
                    + "student there.")
        }
        let unclear = evaluation.tasks.filter {
            $0.overAblation.interval.low <= 0 && $0.overAblation.interval.high >= 0
        }.map(\.task)
        if !unclear.isEmpty {
            lines.append(
                "- The gain over the undistilled student lies within the error on "
                    + "\(unclear.joined(separator: ", ")).")
        }
        if !evaluation.missingTasks.isEmpty {
            lines.append(
                "- Not measured, for lack of their data: "
                    + "\(evaluation.missingTasks.joined(separator: ", ")).")
        }
        return "## Limitations\n\n" + lines.joined(separator: "\n")
    }

    private var licence: String {
        """
        ## Licence

        \(recipe.export.licence.isEmpty ? "The recipe states none" : "\(recipe.export.licence) for weights and recipe"). \
        The licences of teacher, student and texts hold beside it.
        """
    }

    private static func millions(_ count: Int) -> String {
        count < 1_000_000
            ? "\(count)" : String(format: "%.0fM", Double(count) / 1_000_000)
    }

    /// Of a folder its own name, without the way that leads to it on the machine of the run.
    private static func name(_ model: String) -> String {
        model.hasPrefix(".") || model.hasPrefix("/")
            ? URL(fileURLWithPath: model).lastPathComponent : model
    }

    /// The weighted parts that count at all.
    private static func sum(of loss: Recipe.Loss) -> String {
        let parts = [
            ("MSE", loss.mse), ("cosine", loss.cosine), ("relational", loss.relational),
        ]
        return parts.filter { $0.1 != 0 }.map { $0.1 == 1 ? $0.0 : "\($0.1) \($0.0)" }
            .joined(separator: " + ")
    }

    private static func number(_ value: Double) -> String { String(format: "%.4f", value) }
}
