import AjanEmbed
import AjanEvaluation
import AjanTurkishText
import Foundation

/// Brings the teacher's vectors of every part onto disk.
struct CacheStage {
    let context: RunContext
    let corpus: TrainingCorpus

    /// Fills what is missing. The teacher is opened only when something is.
    func run(teacherFingerprint: String) throws -> [CachedVectors] {
        var teacher: SentenceEncoder?
        var done = 0
        return try corpus.parts.map { part in
            let cache = try TeacherCache(
                folder: context.cacheFolder(part),
                key: key(part, teacherFingerprint: teacherFingerprint))
            let isFilled = (0..<cache.key.shardCount).allSatisfy(cache.isComplete)
            if !isFilled {
                let open = try teacher ?? context.openTeacher()
                teacher = open
                try cache.fill(
                    part.texts, with: open,
                    progress: {
                        context.report(.cached(done: done + $0, total: corpus.textCount))
                    }, isCancelled: context.isCancelled)
            }
            done += part.texts.count
            context.report(.cached(done: done, total: corpus.textCount))
            return try CachedVectors(cache)
        }
    }

    private func key(_ part: CorpusPart, teacherFingerprint: String) -> TeacherCacheKey {
        let recipe = context.recipe
        let folder = context.checked.teacher
        return TeacherCacheKey(
            teacher: teacherFingerprint, textContract: folder.textContract?.version,
            role: part.role, prompt: folder.prompts[part.role],
            longText: recipe.teacher.longText, corpus: part.digest,
            texts: part.texts.count, dimensions: context.checked.dimensions,
            rows: recipe.cache.rows, shardRows: recipe.cache.shardRows)
    }
}
