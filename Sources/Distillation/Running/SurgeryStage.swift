import AjanEmbed
import AjanTokenization
import Foundation

/// Makes the student's starting folder when the recipe changes the student.
struct SurgeryStage {
    let context: RunContext
    let corpus: TrainingCorpus

    func run() throws {
        let target = context.folder.student.appendingPathComponent("config.json")
        guard context.changesStudent, context.ranks.isFirst,
            !FileManager.default.fileExists(atPath: target.path)
        else { return }
        let student = context.recipe.student
        var surgery = try StudentSurgery(
            source: context.checked.student.url, layers: student.layers,
            vocabulary: try vocabulary(student))
        surgery.textContract = student.textContract
        surgery.queryPrompt = student.queryPrompt
        surgery.passagePrompt = student.passagePrompt
        surgery.maxTokens = student.maxTokens
        let report = try surgery.write(to: context.folder.student)
        try JSONFile.write(report, to: context.folder.surgery)
        context.report(
            .note(
                "student: \(report.layers.count) layers, \(report.vocabularyAfter) of "
                    + "\(report.vocabularyBefore) vocabulary rows, "
                    + "\(report.parametersAfter) of \(report.parametersBefore) parameters"))
    }

    private func vocabulary(
        _ student: Recipe.Student
    ) throws -> StudentSurgery.VocabularyChange {
        switch student.vocabulary {
        case nil: return .unchanged
        case .trimmed: return .trimmed(to: corpus.parts.flatMap(\.texts))
        case .tokenizer(let path):
            let url = RecipePath(context.checked.file).url(path)
            return .replaced(
                by: try UnigramVocabulary(contentsOf: url), texts: corpus.parts.flatMap(\.texts))
        }
    }
}
