import AjanEmbed
package import AjanEvaluation
import Foundation

/// A row of the card's table: one task, every system.
package struct ComparedTask: Sendable, Codable, Equatable {
    package let task: String
    package let metric: String
    package let units: Int
    /// By system, in the order of `EvaluationResult.systems`.
    package let scores: [Score]
    /// Student minus undistilled student, unit by unit.
    package let overAblation: PairedComparison
    /// Student minus teacher, unit by unit.
    package let overTeacher: PairedComparison
}

/// What the student is worth beside its teacher and the student as it was before.
package struct EvaluationResult: Sendable, Codable, Equatable {
    /// What was measured.
    package struct System: Sendable, Codable, Equatable {
        package let name: String
        package let note: String
        package let parameters: Int
        package let fingerprint: String
    }

    /// Student, undistilled student, teacher.
    package let systems: [System]
    package let precision: String
    package let tasks: [ComparedTask]
    package let missingTasks: [String]

    /// The student as it was before training.
    var undistilled: System { systems[1] }
    var teacher: System { systems[2] }
}

/// Measures student, ablation and teacher on the tasks of the recipe.
struct EvaluateStage {
    let context: RunContext
    /// Folder below which embeddings are kept between runs.
    let cache: URL?

    func run(candidate: URL) throws -> EvaluationResult {
        let name = context.recipe.name
        let folders = [
            (name, "this model", candidate),
            (context.recipe.student.model, "undistilled student", context.studentFolder),
            (context.recipe.teacher.model, "teacher", context.checked.teacher.url),
        ]
        let infos = try folders.map { try ModelInfo($0.2) }
        if let known = try known(fingerprints: infos.map(\.fingerprint)) { return known }
        let runs = try context.checked.tasks.isEmpty ? [] : folders.map { try measure($0.2) }
        let result = EvaluationResult(
            systems: zip(folders, infos).map { folder, info in
                .init(
                    name: folder.0, note: folder.1, parameters: info.parameters,
                    fingerprint: info.fingerprint)
            }, precision: context.arithmetic,
            tasks: try runs.isEmpty ? [] : runs[0].tasks.map { try Self.compare($0, runs) },
            missingTasks: context.checked.missingTasks)
        try JSONFile.write(result, to: context.folder.evaluation)
        return result
    }

    /// The result on disk, when it is of these models, this precision and these tasks.
    private func known(fingerprints: [String]) throws -> EvaluationResult? {
        let found = try? JSONFile.read(EvaluationResult.self, at: context.folder.evaluation)
        guard let found, found.systems.map(\.fingerprint) == fingerprints,
            found.precision == context.arithmetic,
            found.tasks.map(\.task) == context.checked.tasks.map(\.declaration.name),
            found.tasks.allSatisfy({ $0.scores.count == fingerprints.count })
        else { return nil }
        return found
    }

    private func measure(_ folder: URL) throws -> EvaluationRun {
        let model = try context.open(folder)
        let session = EvaluationSession(
            plan: SystemPlan(), taskNames: [], data: nil, robustness: false,
            name: folder.lastPathComponent)
        return try session.run(
            context.checked.tasks, model: model, info: try ModelInfo(folder),
            resampling: .init(), cache: cache
        ) { event in
            switch event {
            case .began(let step): context.report(.note("\(folder.lastPathComponent): \(step)"))
            case .embedded(let done, let total):
                context.report(.embedded(done: done, total: total))
            }
        }
    }

    /// The student's `task` beside the same task of the other two.
    ///
    /// - Throws: `EvaluationError.incomparable` when they were not asked the same.
    private static func compare(
        _ task: TaskScores, _ runs: [EvaluationRun]
    ) throws -> ComparedTask {
        let all = runs.compactMap { $0.scores(of: task.task) }
        return ComparedTask(
            task: task.task, metric: task.mainScore, units: task.units.count,
            scores: all.compactMap(\.main),
            overAblation: try task.paired(with: all[1]).comparison(),
            overTeacher: try task.paired(with: all[2]).comparison())
    }
}
