import AjanCompute
import AjanEncoder
import AjanTraining
import Foundation
import Testing

@Suite("The optimiser")
struct OptimizerTests {
    private struct LogLine: Decodable {
        let loss: Double
        let gradientNorm: Double
        let rate: Double

        enum CodingKeys: String, CodingKey {
            case loss, rate
            case gradientNorm = "gradient_norm"
        }
    }

    @Test(
        "takes ten steps as PyTorch does, within 1e-6", arguments: TinyStudent.names,
        Backend.allCases)
    func tenSteps(name: String, on backend: Backend) throws {
        let fixture = try Fixture("adamw-\(name)")
        let student = try TinyStudent.make(name, dense: fixture, prefix: "start.")
        let before = student.values.row(0)
        let rate = 2e-5
        let trainer = try backend.trainer(
            student,
            TrainerConfiguration(
                optimizer: AdamWConfiguration(learningRate: rate, weightDecay: 0.1),
                schedule: LearningRateSchedule(shape: .linear, warmupSteps: 2, totalSteps: 20),
                dropout: .none, maxGradientNorm: 0.5), threads: 2)
        let teachers = try fixture.floats("teacher")
        let log = try fixture.value("log", as: [LogLine].self)
        for (step, batch) in try fixture.value("batches", as: [[[Int32]]].self).enumerated() {
            let rows = batch.count
            let report = try trainer.step([
                TrainingBatch(
                    sequences: PackedBatch(batch),
                    target: .teacher(teachers.rows(step * rows..<(step + 1) * rows)))
            ])
            #expect(report.step == step + 1)
            let bound = backend.bound(f32: 1e-4, bf16: 2e-2)
            #expect(abs(report.loss / log[step].loss - 1) < bound)
            #expect(abs(report.gradientNorm / log[step].gradientNorm - 1) < bound)
            #expect(abs(report.learningRate - log[step].rate) < 1e-18)
        }
        try trainer.synchronize()
        #expect(student.values.row(0) != before)
        for parameter in student.layout.parameters {
            let end = try fixture.floats("end." + parameter.name).numbers
            let largest =
                zip(student.matrix(parameter).numbers, end)
                .map { abs($0 - $1) }.max() ?? .infinity
            // The gradient of the key bias is zero but for rounding, which Adam blows up to its
            // rate; and bf16 may turn the sign of any gradient that is nearly zero.
            let isNoise = backend == .deviceBF16 || parameter.name.hasSuffix("key.bias")
            let limit: Float = isNoise ? Float(10 * rate) : 1e-6
            #expect(largest <= limit, "\(parameter.name): \(largest)")
        }
    }

    @Test("leaves the word table, looked at or not, as dense AdamW does, bit for bit")
    func sparseEqualsDense() {
        let pool = ComputePool(threads: 2)
        var random = SplitMix64(seed: 21)
        func table() -> Matrix { Matrix(rows: 12, columns: 20) }
        let sparse = table()
        for row in 0..<12 { sparse.setRow(row, to: (0..<20).map { _ in random.uniform() }) }
        let dense = table()
        dense.copy(from: sparse)
        let (first, second) = (table(), table())
        let words = WordTable(values: sparse, step: 0, pool: pool)
        for step in 1...40 {
            let optimizerStep = AdamWStep(
                rate: 1e-2 / Double(step), step: step, beta1: 0.9, beta2: 0.999, epsilon: 1e-8,
                weightDecay: 0.05)
            // Rows 10 and 11 never have a gradient.
            let ids = Set((0..<3).map { _ in Int32(random.below(10)) }).sorted()
            let gradient = table()
            let rows = Matrix(rows: ids.count, columns: 20)
            for (place, id) in ids.enumerated() {
                let values = (0..<20).map { _ in random.uniform() }
                rows.setRow(place, to: values)
                gradient.setRow(Int(id), to: values)
            }
            words.apply(optimizerStep, ids: ids, gradients: rows)
            AdamWKernel.apply(
                optimizerStep, parameters: dense.flat, firstMoments: first.flat,
                secondMoments: second.flat, gradient: gradient.flat)
        }
        words.updateAll()
        #expect(sparse.numbers.map(\.bitPattern) == dense.numbers.map(\.bitPattern))
        let kept = words.moments(of: words.rowsWithMoments)
        #expect(words.rowsWithMoments == (0..<10).map { Int32($0) })
        #expect(kept.first.numbers == first.rows(0..<10).numbers)
    }

    private struct Schedules: Decodable {
        let warmup: Int
        let total: Int
        let factors: [String: [Double]]
    }

    @Test("follows the schedules of transformers", arguments: LearningRateSchedule.Shape.allCases)
    func schedules(shape: LearningRateSchedule.Shape) throws {
        let expected = try Fixture.json("schedules", as: Schedules.self)
        let schedule = LearningRateSchedule(
            shape: shape, warmupSteps: expected.warmup, totalSteps: expected.total)
        let factors = try #require(expected.factors[shape.rawValue])
        #expect(factors.count == 30)
        for (step, factor) in factors.enumerated() {
            #expect(abs(schedule.factor(step: step) - factor) < 1e-12, "step \(step)")
        }
    }

    @Test("leaves frozen parts alone and moves the others", arguments: Backend.allCases)
    func frozen(on backend: Backend) throws {
        let student = try TinyStudent.make("tiny-xlm-roberta")
        let before = try TinyStudent.make("tiny-xlm-roberta")
        let trainer = try backend.trainer(
            student, .test(frozen: .init(embeddings: true, lowerLayers: 1)))
        _ = try trainer.step([TinyStudent.batch(seed: 2)])
        try trainer.synchronize()
        for parameter in student.layout.parameters {
            let isFrozen = parameter.part == .embeddings || parameter.part == .layer(0)
            let isSame = student.matrix(parameter).numbers == before.matrix(parameter).numbers
            #expect(isSame == isFrozen, "\(parameter.name)")
        }
    }

    @Test(
        "moves the word table at a rate of its own, and nothing else",
        arguments: Backend.allCases)
    func wordRate(on backend: Backend) throws {
        func trained(_ wordRate: Double?) throws -> Student {
            let student = try TinyStudent.make("tiny-bert")
            var configuration = TrainerConfiguration.test(rate: 1e-3)
            configuration.wordLearningRate = wordRate
            let trainer = try backend.trainer(student, configuration)
            _ = try trainer.step([TinyStudent.batch(seed: 2)])
            try trainer.synchronize()
            return student
        }
        let (plain, same, fast) = (try trained(nil), try trained(1e-3), try trained(1e-2))
        for parameter in plain.layout.parameters {
            let numbers = plain.matrix(parameter).numbers
            #expect(same.matrix(parameter).numbers == numbers, "\(parameter.name)")
            let isWordTable = parameter.offset == 0
            #expect((fast.matrix(parameter).numbers != numbers) == isWordTable, "\(parameter.name)")
        }
    }

    @Test(
        "with frozen layers under trained embeddings still reaches the embeddings",
        arguments: Backend.allCases)
    func frozenMiddle(on backend: Backend) throws {
        let gradients = try [0, 2].map { layers in
            let trainer = try backend.trainer(
                TinyStudent.make("tiny-bert"), .test(frozen: .init(lowerLayers: layers)))
            _ = try trainer.computeGradients([TinyStudent.batch(seed: 2)])
            return try trainer.gradients.wordRows.numbers
        }
        #expect(gradients[0] == gradients[1])
    }

    @Test("refuses settings out of range by name")
    func settings() throws {
        let student = try TinyStudent.make("tiny-bert")
        func refused(_ configuration: TrainerConfiguration) -> String? {
            let error = #expect(throws: TrainingError.self) {
                try Trainer(
                    student: student, configuration: configuration, pool: ComputePool(threads: 1))
            }
            return error?.description
        }
        #expect(refused(.test(rate: -1)) == "learning rate: -1.0 is out of range")
        #expect(
            refused(.test(frozen: .init(lowerLayers: 3))) == "frozen layers: 3 is outside 0...2")
        #expect(refused(.test(objective: Objective([]))) == "loss: names no loss")
        #expect(
            refused(.test(objective: Objective(prefixes: [.init(dimensions: 17)])))
                == "matryoshka dimensions: 17 is outside 1...16")
    }
}
