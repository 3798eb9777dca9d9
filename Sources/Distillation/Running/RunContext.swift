import AjanCompute
import AjanEmbed
import Foundation

/// What every stage of a run needs.
struct RunContext {
    let checked: CheckedRecipe
    let folder: RunFolder
    let threads: Int?
    /// What computes the teacher, the steps and the evaluation.
    let device: DeviceChoice
    let ranks: any RankGroup
    let report: (DistillationEvent) -> Void
    let isCancelled: () -> Bool

    var recipe: Recipe { checked.recipe }

    /// The folder in which the teacher's vectors of `part` lie.
    func cacheFolder(_ part: CorpusPart) -> URL {
        let root = recipe.cache.folder.map { RecipePath(checked.file).url($0) } ?? folder.cache
        return root.appendingPathComponent("\(part.name)-\(part.role.rawValue)")
    }

    func openTeacher() throws -> SentenceEncoder {
        try open(checked.teacher.url, maxTokens: recipe.teacher.maxTokens)
    }

    /// Opens a model whose vectors are wanted, on the device of the run.
    func open(_ folder: URL, maxTokens: Int? = nil) throws -> SentenceEncoder {
        var options = SentenceEncoder.Options()
        options.precision = recipe.teacher.precision
        options.threads = threads
        options.maxTokens = maxTokens
        options.device = device.device == nil ? .cpu : .cuda
        return try SentenceEncoder(folder, options: options, device: device)
    }

    /// The arithmetic of those models.
    var arithmetic: String { device.arithmetic(recipe.teacher.precision) }

    /// The folder of the student as training begins: the recipe's own, or what surgery made of it.
    var studentFolder: URL {
        changesStudent ? folder.student : checked.student.url
    }

    var changesStudent: Bool {
        let student = recipe.student
        return student.layers != nil || student.vocabulary != nil || student.textContract != nil
            || student.queryPrompt != nil || student.passagePrompt != nil
            || student.maxTokens != nil
    }
}
