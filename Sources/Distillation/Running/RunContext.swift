import AjanEmbed
import Compute
import Foundation

/// What every stage of a run needs.
struct RunContext {
    let checked: CheckedRecipe
    let folder: RunFolder
    let threads: Int?
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
        var options = SentenceEncoder.Options()
        options.precision = SentenceEncoder.Precision(rawValue: recipe.teacher.precision) ?? .int8
        options.maxTokens = recipe.teacher.maxTokens
        options.threads = threads
        return try SentenceEncoder(checked.teacher.url, options: options)
    }

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
