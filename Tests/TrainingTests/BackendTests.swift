import AjanAccelerator
import AjanCompute
import AjanEncoder
import AjanTraining
import Testing

/// The device against the processor, on inputs that no fixture knows.
@Suite("A device")
struct BackendTests {
    static let objectives: [(name: String, objective: Objective)] = [
        ("squares", Objective([.init(.meanSquaredError, weight: 0.7)])),
        ("cosine", Objective([.init(.cosine)])),
        ("both", Objective([.init(.meanSquaredError), .init(.cosine, weight: 0.3)])),
        ("relational", Objective([.init(.relational)])),
        ("pairs", Objective([.init(.multipleNegatives(scale: 20))])),
        (
            "matryoshka",
            Objective(
                [.init(.meanSquaredError), .init(.multipleNegatives(scale: 20), weight: 0.1)],
                prefixes: [.init(dimensions: 8), .init(dimensions: 16)])
        ),
    ]

    @Test(
        "gives the losses, gradients and norms of the processor, with its dropout masks",
        arguments: objectives.indices, [Backend.deviceF32, .deviceBF16])
    func gradients(index: Int, on backend: Backend) throws {
        let objective = Self.objectives[index].objective
        let batches = [
            TinyStudent.batch(seed: UInt64(40 + index), sequences: 8),
            TinyStudent.batch(seed: UInt64(50 + index), sequences: 30, longest: 40),
        ]
        let trainers = try [Backend.processor, backend].map { backend in
            try backend.trainer(
                TinyStudent.make("tiny-xlm-roberta"),
                .test(objective: objective, dropout: .init(hidden: 0.2, attention: 0.3)))
        }
        let losses = try trainers.map { try $0.computeGradients(batches) }
        let bound = backend.bound(f32: 2e-5, bf16: 6e-2)
        #expect(abs(losses[1] / losses[0] - 1) < bound)
        let gradients = try trainers.map { try $0.gradients }
        #expect(gradients[1].wordIDs == gradients[0].wordIDs)
        #expect(relativeError(gradients[1].dense.row(0), gradients[0].dense.row(0)) < bound)
        let words = gradients.map(\.wordRows.numbers)
        #expect(relativeError(words[1], words[0]) < bound)
        let reports = try trainers.map { try $0.applyGradients() }
        #expect(abs(reports[1].gradientNorm / reports[0].gradientNorm - 1) < bound)
    }

    @Test("takes dropout of one place without the other", arguments: [(0.2, 0), (0, 0.3)])
    func oneSidedDropout(hidden: Float, attention: Float) throws {
        let gradients = try Backend.exact.map { backend in
            let trainer = try backend.trainer(
                TinyStudent.make("tiny-bert"),
                .test(dropout: .init(hidden: hidden, attention: attention)))
            _ = try trainer.computeGradients([TinyStudent.batch(seed: 61)])
            return try trainer.gradients.dense.row(0)
        }
        #expect(relativeError(gradients[1], gradients[0]) < 2e-5)
    }

    @Test("works through batches of any size in any order", arguments: [Backend.deviceF32])
    func sizes(on backend: Backend) throws {
        let trainer = try backend.trainer(TinyStudent.make("tiny-xlm-roberta"), .test())
        let reference = try Backend.processor.trainer(
            TinyStudent.make("tiny-xlm-roberta"), .test())
        for (seed, sequences) in [1, 40, 2, 90, 3].enumerated() {
            let batch = TinyStudent.batch(seed: UInt64(70 + seed), sequences: sequences)
            let own = try trainer.vectors(of: batch.sequences)
            let expected = try reference.vectors(of: batch.sequences)
            #expect(relativeError(own.numbers, expected.numbers) < 1e-5)
            let losses = try [trainer, reference].map { try $0.step([batch]).loss }
            #expect(abs(losses[0] / losses[1] - 1) < 1e-4)
        }
    }

    @Test("needs no more memory than it said, and no more with every step")
    func memory() throws {
        let device = try #require(try Backend.deviceF32.device())
        let configuration = TrainerConfiguration.test()
        let student = try TinyStudent.make("tiny-bert")
        let trainer = try Backend.deviceF32.trainer(student, configuration)
        let batches = (0..<4).map { TinyStudent.batch(seed: UInt64(80 + $0), sequences: 20) }
        let tokens = batches.map(\.sequences.tokenCount).max() ?? 0
        let promised = try Trainer.deviceByteCount(
            device.library, student.configuration, configuration, batchTokens: tokens)
        _ = try trainer.step([batches[0]])
        for batch in batches { _ = try trainer.step([batch]) }
        let peak = try #require(try trainer.deviceUsage).peakByteCount
        #expect(peak <= promised)
        for batch in batches { _ = try trainer.step([batch]) }
        #expect(try #require(try trainer.deviceUsage).peakByteCount == peak)
    }
}
