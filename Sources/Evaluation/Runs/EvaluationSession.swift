package import AjanEmbed
package import Foundation

/// One `ajan eval`, from task names to run files.
package struct EvaluationSession {
    let plan: SystemPlan
    let taskNames: [String]
    let data: URL?
    let robustness: Bool
    let name: String?

    /// - Parameters:
    ///   - taskNames: empty for every task whose data is found.
    ///   - data: the folder of the one task that is named.
    ///   - name: of the run; nil makes one of the model and the settings.
    package init(
        plan: SystemPlan, taskNames: [String], data: URL?, robustness: Bool, name: String?
    ) {
        self.plan = plan
        self.taskNames = taskNames
        self.data = data
        self.robustness = robustness
        self.name = name
    }

    /// Finds the data, before a model is loaded for nothing.
    ///
    /// - Throws: `EvaluationError.unknownTask`, `.missingData`, `.notADataSet`.
    package func locate(_ locator: TaskLocator = TaskLocator()) throws -> [LocatedTask] {
        guard taskNames.isEmpty else {
            var found: [LocatedTask] = []
            for task in try taskNames.flatMap({ try locator.tasks(named: $0, data: data) })
            where !found.contains(task) {
                found.append(task)
            }
            return found
        }
        let available = locator.available()
        guard !available.isEmpty else {
            throw EvaluationError.missingData(
                task: "any", looked: locator.roots.map(\.path))
        }
        return available
    }

    /// Measures.
    ///
    /// - Parameters:
    ///   - model: nil only for a lexical baseline.
    ///   - info: what the model is, for the run file.
    ///   - cache: folder below which embeddings are kept; nil keeps none.
    ///   - report: told what begins, and how far embedding has come.
    package func run(
        _ tasks: [LocatedTask], model: SentenceEncoder?, info: ModelInfo?,
        resampling: EvaluationRun.Resampling, cache: URL?,
        report: @escaping (EvaluationEvent) -> Void
    ) throws -> EvaluationRun {
        let store = model.map { model in
            EmbeddingStore(model, folder: cache?.appendingPathComponent("embeddings")) {
                report(.embedded(done: $0.done, total: $0.total))
            }
        }
        var settings = plan.settings
        if let model { settings["precision"] = model.arithmetic }
        if let model, let info, model.maxTokens < info.maxTokens {
            settings["maxTokens"] = String(model.maxTokens)
        }
        if let dimensions = model?.options.dimensions {
            settings["dimensions"] = String(dimensions)
        }
        let folder = info.map { URL(fileURLWithPath: $0.folder).lastPathComponent }
        let system = SystemDescription(
            name: name ?? defaultName(model: folder, settings), kind: plan.kind.rawValue,
            parameters: info?.parameters, fingerprint: info?.fingerprint, settings: settings)
        return try EvaluationSuite(
            plan: plan, store: store, resampling: resampling, report: report
        ).run(tasks, system: system, robustness: robustness)
    }

    /// Writes `<name>.json` and, below `mteb`, one file per task where mteb finds it.
    ///
    /// Tasks that the same system was measured on before stay in its file. Another system of the
    /// same name keeps its file: this one's name gets the beginning of its fingerprint.
    /// - Throws: `EvaluationError.file`.
    package func write(
        _ run: EvaluationRun, below folder: URL
    ) throws -> (run: URL, mteb: [URL]) {
        var run = run
        var file = Self.file(of: run.system, below: folder)
        if let before = try? EvaluationRun(contentsOf: file) {
            if let merged = run.merged(with: before) {
                run = merged
            } else if let fingerprint = run.system.fingerprint {
                run = run.renamed("\(run.system.name)+\(fingerprint.prefix(6))")
                file = Self.file(of: run.system, below: folder)
                let before = try? EvaluationRun(contentsOf: file)
                run = before.flatMap { run.merged(with: $0) } ?? run
            }
        }
        try run.write(to: file)
        let mteb = folder.appendingPathComponent("mteb")
        let name = file.deletingPathExtension().lastPathComponent
        return (file, try MTEBResult.write(run, name: name, to: mteb))
    }

    private static func file(of system: SystemDescription, below folder: URL) -> URL {
        let name = String(
            system.name.map { $0.isLetter || $0.isNumber || "-_.+".contains($0) ? $0 : "-" })
        return folder.appendingPathComponent("\(name).json")
    }

    private func defaultName(model: String?, _ settings: [String: String]) -> String {
        let terms = "bm25-\(plan.terms.rawValue)"
        guard let model, plan.kind.needsModel else { return terms }
        var parts = [model]
        if plan.kind != .dense { parts.append("\(plan.kind.rawValue)-\(terms)") }
        if plan.longText == .truncate { parts.append("truncate") }
        if !plan.usesPrompts { parts.append("no-prompts") }
        if let arithmetic = settings["precision"], arithmetic != "int8" { parts.append(arithmetic) }
        if let tokens = settings["maxTokens"] { parts.append("max-\(tokens)") }
        if let numbers = settings["dimensions"] { parts.append("first-\(numbers)") }
        return parts.joined(separator: "+")
    }
}
