import AjanCompute
import AjanEncoder
import AjanTraining
import Testing

@Suite("Gradients")
struct GradientTests {
    @Test(
        "of every parameter equal PyTorch's autograd in double", arguments: TinyStudent.names,
        Backend.allCases)
    func autograd(name: String, on backend: Backend) throws {
        let fixture = try Fixture("gradients-\(name)")
        let isBert = name == "tiny-bert"
        let student = try TinyStudent.make(
            name, pooling: isBert ? .cls : .mean, activation: isBert ? .tanh : .identity,
            normalizes: !isBert, dense: fixture)
        let loss: Objective.Loss = isBert ? .cosine : .meanSquaredError
        let trainer = try backend.trainer(
            student, .test(objective: Objective([.init(loss)])), threads: 2)
        let sequences = try fixture.value("sequences", as: [[Int32]].self)
        let value = try trainer.computeGradients([
            TrainingBatch(
                sequences: PackedBatch(sequences), target: .teacher(fixture.floats("teacher")))
        ])
        let expected = try fixture.value("loss", as: Double.self)
        #expect(abs(value / expected - 1) < backend.bound(f32: 1e-5, bf16: 2e-2))
        try compare(
            trainer, with: fixture, bound: backend.bound(f32: 1e-4, bf16: 4e-2),
            keyBound: backend.bound(f32: 1e-6, bf16: 1e-3))
    }

    /// Relative error of each tensor at most `bound`. Shifting all keys does not change a softmax,
    /// so the gradient of the key bias is zero, which PyTorch's numbers show too: that one is held
    /// to be at most `keyBound` of the whole gradient.
    private func compare(
        _ trainer: Trainer, with fixture: Fixture, bound: Double, keyBound: Double
    ) throws {
        var checked = 0
        let dense = try trainer.gradients.dense
        let whole = squareSum(dense.row(0)).squareRoot()
        for parameter in trainer.student.layout.parameters {
            let expected = try fixture.floats("gradient." + parameter.name).numbers
            let own =
                parameter.offset == 0
                ? try wordGradient(trainer)
                : Array(
                    dense.row(0)[
                        (parameter.offset - trainer.student.layout.denseStart)...
                    ].prefix(parameter.count))
            if parameter.name.hasSuffix("key.bias") {
                #expect(squareSum(expected).squareRoot() < 1e-12 * whole, "the premise")
                #expect(squareSum(own).squareRoot() < keyBound * whole)
            } else {
                let error = relativeError(own, expected)
                #expect(error <= bound, "\(parameter.name): \(error)")
            }
            checked += 1
        }
        #expect(checked == 39, "2 layers of 16 tensors, 5 of embeddings, 2 of the Dense layer")
    }

    /// The sparse gradient of the word table, with its zeros.
    private func wordGradient(_ trainer: Trainer) throws -> [Float] {
        let encoder = trainer.student.configuration.encoder
        let table = Matrix(rows: encoder.vocabularySize, columns: encoder.hiddenSize)
        let gradients = try trainer.gradients
        for (row, id) in gradients.wordIDs.enumerated() {
            table.setRow(Int(id), to: gradients.wordRows.row(row))
        }
        return table.numbers
    }

    @Test(
        "with dropout agree with the change of the loss along a direction",
        arguments: TinyStudent.names, Backend.exact)
    func finiteDifferences(name: String, on backend: Backend) throws {
        let student = try TinyStudent.make(name)
        func trainer() throws -> Trainer {
            try backend.trainer(
                student, .test(dropout: .init(hidden: 0.2, attention: 0.3)), threads: 2)
        }
        let batch = TinyStudent.batch(seed: 5)
        let first = try trainer()
        _ = try first.computeGradients([batch])
        let gradient = try first.gradients.dense.row(0)
        let start = student.layout.denseStart
        let values = student.values.row(0)
        // Along the gradient the loss changes most, so rounding disturbs least.
        let norm = Float(squareSum(gradient).squareRoot())
        let step: Float = 2e-3
        func loss(_ sign: Float) throws -> Double {
            var moved = values
            for (index, slope) in gradient.enumerated() {
                moved[start + index] += sign * step * slope / norm
            }
            student.values.setRow(0, to: moved)
            return try trainer().computeGradients([batch])
        }
        let slope = try (loss(1) - loss(-1)) / Double(2 * step)
        #expect(abs(slope / Double(norm) - 1) < 5e-3, "\(slope) and \(norm)")
    }

    @Test("of a step do not depend on how it is cut into batches", arguments: Backend.allCases)
    func accumulation(on backend: Backend) throws {
        let whole = TinyStudent.batch(seed: 3, sequences: 8)
        let sequences = (0..<8).map { whole.sequences.inputIDs[whole.sequences.rows(of: $0)] }
        let teacher = try #require(whole.teacher)
        let parts = [0..<3, 3..<4, 4..<8].map { range in
            TrainingBatch(
                sequences: PackedBatch(sequences[range]), target: .teacher(teacher.rows(range)),
                firstSequence: range.lowerBound)
        }
        let gradients = try [[whole], parts].map { batches in
            let trainer = try backend.trainer(
                TinyStudent.make("tiny-bert"), .test(dropout: .init()))
            _ = try trainer.computeGradients(batches)
            return try trainer.gradients.dense.row(0) + trainer.gradients.wordRows.numbers
        }
        #expect(
            relativeError(gradients[1], gradients[0]) < backend.bound(f32: 1e-5, bf16: 1e-2))
    }
}
