import Compute
import Encoder
import Foundation
import Safetensors
import TestSupport
import Testing
import Training

@Suite("A training run")
struct DeterminismTests {
    private static let configuration = TrainerConfiguration.test(
        objective: Objective(
            [
                .init(.meanSquaredError), .init(.relational, weight: 0.3),
                .init(.multipleNegatives(scale: 20), weight: 0.1),
            ], prefixes: [.init(dimensions: 8), .init(dimensions: 16)]),
        dropout: .init())

    private func trainer(threads: Int) throws -> Trainer {
        try Trainer(
            student: TinyStudent.make("tiny-xlm-roberta"), configuration: Self.configuration,
            pool: ComputePool(threads: threads))
    }

    /// Two batches per step, other ones in every step.
    private func run(_ trainer: Trainer, steps: Range<Int>) throws {
        for step in steps {
            let seed = UInt64(step)
            _ = try trainer.step([
                TinyStudent.batch(seed: 2 * seed, sequences: 8),
                TinyStudent.batch(seed: 2 * seed + 1, sequences: 70, longest: 9),
            ])
        }
    }

    @Test("gives the same bits on one, two and three threads")
    func threads() throws {
        let results = try [1, 2, 3].map { threads in
            let trainer = try trainer(threads: threads)
            try run(trainer, steps: 0..<3)
            trainer.synchronize()
            return trainer.student.bits
        }
        #expect(results[0] == results[1])
        #expect(results[0] == results[2])
    }

    @Test("that is saved and restored ends with the bits of an uninterrupted one")
    func resume() throws {
        let whole = try trainer(threads: 2)
        try run(whole, steps: 0..<7)
        whole.synchronize()
        try TemporaryFolder.with { folder in
            let file = folder.appendingPathComponent("state.safetensors")
            let first = try trainer(threads: 2)
            try run(first, steps: 0..<4)
            try first.save(to: file, metadata: ["epoch": "1"])
            let second = try trainer(threads: 1)
            #expect(try second.restore(from: file) == ["epoch": "1"])
            #expect(second.stepCount == 4)
            try run(second, steps: 4..<7)
            second.synchronize()
            #expect(second.student.bits == whole.student.bits)
            // Saving in between changes nothing either.
            try run(first, steps: 4..<7)
            first.synchronize()
            #expect(first.student.bits == whole.student.bits)
        }
    }

    @Test("refuses the state of other settings, and files that are no state, untouched")
    func refusals() throws {
        try TemporaryFolder.with { folder in
            let file = folder.appendingPathComponent("state.safetensors")
            try trainer(threads: 1).save(to: file)
            var other = Self.configuration
            other.seed += 1
            let stranger = try Trainer(
                student: TinyStudent.make("tiny-xlm-roberta"), configuration: other,
                pool: ComputePool(threads: 1))
            let before = stranger.student.bits
            let error = #expect(throws: TrainingError.self) { _ = try stranger.restore(from: file) }
            #expect(error?.description.contains("other settings") == true)
            let weights = Repository.fixtures("EncoderTests")
                .appendingPathComponent("tiny-xlm-roberta/model.safetensors")
            #expect(throws: TrainingError.self) { _ = try stranger.restore(from: weights) }
            let bert = try Trainer(
                student: TinyStudent.make("tiny-bert"), configuration: Self.configuration,
                pool: ComputePool(threads: 1))
            #expect(throws: CheckpointError.self) { _ = try bert.restore(from: file) }
            #expect(stranger.student.bits == before)
        }
    }

    @Test("lowers its loss")
    func learns() throws {
        let trainer = try Trainer(
            student: TinyStudent.make("tiny-bert"), configuration: .test(rate: 3e-3),
            pool: ComputePool(threads: 2))
        let batch = TinyStudent.batch(seed: 1)
        let first = try trainer.step([batch]).loss
        for _ in 0..<60 { _ = try trainer.step([batch]) }
        let last = try trainer.step([batch]).loss
        #expect(last < 0.2 * first, "\(first) to \(last)")
    }

    @Test("stops at a loss that is not finite, naming step and batch, parameters as before")
    func notFinite() throws {
        let trainer = try trainer(threads: 1)
        let good = TinyStudent.batch(seed: 1)
        let before = trainer.student.bits
        let broken = Matrix(rows: 6, columns: 16)
        broken[2, 3] = .nan
        let error = #expect(throws: TrainingError.self) {
            _ = try trainer.step([
                good, TrainingBatch(sequences: good.sequences, target: .teacherAndPairs(broken)),
            ])
        }
        #expect(error?.description.hasPrefix("step 1, batch 1: the loss is not finite") == true)
        #expect(trainer.student.bits == before)
    }

    @Test("over two processes equals one process with the same global batch")
    func dataParallel() throws {
        let batches = [TinyStudent.batch(seed: 1), TinyStudent.batch(seed: 2)]
        let whole = try trainer(threads: 1)
        _ = try whole.step(batches)
        let ranks = try [trainer(threads: 1), trainer(threads: 1)]
        let losses = try zip(ranks, batches).map { try $0.computeGradients([$1], sequences: 12) }
        let ids = Set(ranks.flatMap(\.gradients.wordIDs)).sorted()
        for rank in ranks { rank.widenWordGradients(to: ids) }
        for (own, other) in [
            (ranks[0].gradients.dense, ranks[1].gradients.dense),
            (ranks[0].gradients.wordRows, ranks[1].gradients.wordRows),
        ] {
            for row in 0..<own.rows {
                own.setRow(row, to: zip(own.row(row), other.row(row)).map { $0 + $1 })
            }
        }
        let report = try ranks[0].applyGradients(loss: losses.reduce(0, +))
        #expect(report.step == 1)
        ranks[0].synchronize()
        whole.synchronize()
        let difference =
            zip(ranks[0].student.values.row(0), whole.student.values.row(0))
            .map { abs($0 - $1) }.max() ?? .infinity
        #expect(difference <= 1e-6)
    }
}
