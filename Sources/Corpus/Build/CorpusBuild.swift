import AjanCompute
import AjanDocuments
package import Foundation

/// A build of a snapshot: `prepare` works on the inputs, in parts if need be; `merge` finds
/// duplicates, draws the sample and writes the snapshot. `docs/DATA.md` shows both on one machine
/// and on many.
package struct CorpusBuild {
    package let recipe: CorpusRecipe
    package let out: URL
    private let pool: ComputePool
    private let memory: BuildMemory
    private let plan: WorkPlan
    private let evaluation: EvaluationSets
    /// Called with what is going on and how many bytes of it are done.
    package var progress: (_ step: String, _ byteCount: Int) -> Void = { _, _ in }

    /// - Parameters:
    ///   - out: the folder of the snapshot; its work folder lies beside it.
    ///   - threads: how many documents are worked on at a time; the result does not depend on it.
    ///   - memory: how much is held at a time; the result does not depend on it either.
    /// - Throws: `CorpusError` for inputs or evaluation sets that are not there, and when there is
    ///   something else at `out`.
    package init(
        recipe: CorpusRecipe, out: URL, threads: Int, memory: BuildMemory = BuildMemory()
    ) throws {
        try SnapshotWriter.checkPlace(out, name: recipe.name)
        self.recipe = recipe
        self.out = out
        self.memory = memory
        pool = ComputePool(threads: threads, name: "ajan-corpus")
        plan = try WorkPlan(recipe)
        var sets = EvaluationSets()
        for root in recipe.evaluationSets { try sets.insert(root) }
        evaluation = sets
    }

    /// Where segments lie until the snapshot is complete.
    package var workFolder: URL {
        out.deletingLastPathComponent().appendingPathComponent(out.lastPathComponent + ".work")
    }

    /// Everything, and the work folder goes.
    package func run() throws -> CorpusSnapshot {
        try prepare()
        let snapshot = try merge()
        try? FileManager.default.removeItem(at: workFolder)
        return snapshot
    }

    /// Reads and filters the inputs of part `part` of `parts`, from 1. Parts may run at the same
    /// time on any machine that sees the folders; what is done already is not done again.
    package func prepare(part: Int = 1, of parts: Int = 1) throws {
        try FileManager.default.createDirectory(
            at: workFolder, withIntermediateDirectories: true)
        let pipeline = TextPipeline(recipe: recipe, contamination: evaluation.index)
        for item in plan.items(part: part, of: parts) {
            let step = item.files.first?.name ?? recipe.inputs[item.input].name
            let builder = SegmentBuilder(
                recipe: recipe, pipeline: pipeline, files: SegmentFolder(folder: workFolder),
                pool: pool, batchesMax: memory.segmentBatches, progress: { progress(step, $0) })
            let digests = try item.files.map(InputDigest.init)
            let stamp = BuildStamp.stamp(
                recipe, files: digests, evaluation: evaluation.digests)
            try builder.build(item, stamp: stamp, digests: digests)
        }
    }

    /// Makes the snapshot out of the segments of all parts.
    ///
    /// - Throws: `CorpusError.snapshot` when a part is missing or was made under another recipe.
    package func merge() throws -> CorpusSnapshot {
        var merge = CorpusMerge(
            recipe: recipe, segments: try segments(), files: SegmentFolder(folder: workFolder),
            memory: memory)
        merge.progress = { progress($0, 0) }
        try merge.decide()
        return try SnapshotWriter(
            recipe: recipe, merge: merge, evaluation: evaluation.digests, pool: pool, out: out
        ).write()
    }

    /// All segments in order.
    private func segments() throws -> SegmentList {
        let files = SegmentFolder(folder: workFolder)
        var segments = SegmentList()
        for item in plan.items {
            let digests = try item.files.map(InputDigest.init)
            let stamp = BuildStamp.stamp(recipe, files: digests, evaluation: evaluation.digests)
            var number = 0
            while true {
                let name = files.name(item.input, item.number, number)
                guard let segment = files.segment(name, stamp: stamp) else {
                    throw CorpusError.snapshot(
                        path: files.summary(name).path,
                        problem: "segment \(number + 1) of \(item.files[0].name) is missing or was "
                            + "made from something else; run `ajan corpus build --stage prepare`")
                }
                segments.append(segment)
                if segment.isLast { break }
                number += 1
            }
        }
        return segments
    }
}
