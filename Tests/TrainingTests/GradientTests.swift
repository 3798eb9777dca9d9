import Compute
import Encoder
import Testing
import Training

@Suite("Gradients")
struct GradientTests {
    @Test("of every parameter equal PyTorch's autograd in double", arguments: TinyStudent.names)
    func autograd(name: String) throws {
        let fixture = try Fixture("gradients-\(name)")
        let isBert = name == "tiny-bert"
        let student = try TinyStudent.make(
            name, pooling: isBert ? .cls : .mean, activation: isBert ? .tanh : .identity,
            normalizes: !isBert, dense: fixture)
        let loss: Objective.Loss = isBert ? .cosine : .meanSquaredError
        let trainer = try Trainer(
            student: student, configuration: .test(objective: Objective([.init(loss)])),
            pool: ComputePool(threads: 2))
        let sequences = try fixture.value("sequences", as: [[Int32]].self)
        let value = try trainer.computeGradients([
            TrainingBatch(
                sequences: PackedBatch(sequences), target: .teacher(fixture.floats("teacher")))
        ])
        #expect(abs(value / (try fixture.value("loss", as: Double.self)) - 1) < 1e-5)
        try compare(trainer, with: fixture)
    }

    /// Relative error of each tensor at most 1e-4. Shifting all keys does not change a softmax, so
    /// the gradient of the key bias is zero, which PyTorch's numbers show too: that one is held to
    /// be small beside the whole gradient.
    private func compare(_ trainer: Trainer, with fixture: Fixture) throws {
        var checked = 0
        let dense = trainer.gradients.dense
        let whole = squareSum(dense.row(0)).squareRoot()
        for parameter in trainer.student.layout.parameters {
            let expected = try fixture.floats("gradient." + parameter.name).numbers
            let own =
                parameter.offset == 0
                ? wordGradient(trainer)
                : Array(
                    dense.row(0)[
                        (parameter.offset - trainer.student.layout.denseStart)...
                    ].prefix(parameter.count))
            if parameter.name.hasSuffix("key.bias") {
                #expect(squareSum(expected).squareRoot() < 1e-12 * whole, "the premise")
                #expect(squareSum(own).squareRoot() < 1e-6 * whole)
            } else {
                let error = relativeError(own, expected)
                #expect(error <= 1e-4, "\(parameter.name): \(error)")
            }
            checked += 1
        }
        #expect(checked == 39, "2 layers of 16 tensors, 5 of embeddings, 2 of the Dense layer")
    }

    /// The sparse gradient of the word table, with its zeros.
    private func wordGradient(_ trainer: Trainer) -> [Float] {
        let encoder = trainer.student.configuration.encoder
        let table = Matrix(rows: encoder.vocabularySize, columns: encoder.hiddenSize)
        let gradients = trainer.gradients
        for (row, id) in gradients.wordIDs.enumerated() {
            table.setRow(Int(id), to: gradients.wordRows.row(row))
        }
        return table.numbers
    }

    @Test(
        "with dropout agree with the change of the loss along a direction",
        arguments: TinyStudent.names)
    func finiteDifferences(name: String) throws {
        let student = try TinyStudent.make(name)
        let trainer = try Trainer(
            student: student,
            configuration: .test(dropout: .init(hidden: 0.2, attention: 0.3)),
            pool: ComputePool(threads: 2))
        let batch = TinyStudent.batch(seed: 5)
        _ = try trainer.computeGradients([batch])
        let gradient = trainer.gradients.dense.row(0)
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
            return try trainer.computeGradients([batch])
        }
        let slope = try (loss(1) - loss(-1)) / Double(2 * step)
        #expect(abs(slope / Double(norm) - 1) < 5e-3, "\(slope) and \(norm)")
    }

    @Test("of a step do not depend on how it is cut into batches")
    func accumulation() throws {
        let whole = TinyStudent.batch(seed: 3, sequences: 8)
        let sequences = (0..<8).map { whole.sequences.inputIDs[whole.sequences.rows(of: $0)] }
        let teacher = try #require(whole.teacher)
        let parts = [0..<3, 3..<4, 4..<8].map { range in
            TrainingBatch(
                sequences: PackedBatch(sequences[range]), target: .teacher(teacher.rows(range)),
                firstSequence: range.lowerBound)
        }
        let gradients = try [[whole], parts].map { batches in
            let trainer = try Trainer(
                student: TinyStudent.make("tiny-bert"),
                configuration: .test(dropout: .init()), pool: ComputePool(threads: 1))
            _ = try trainer.computeGradients(batches)
            return trainer.gradients.dense.row(0) + trainer.gradients.wordRows.numbers
        }
        #expect(relativeError(gradients[1], gradients[0]) < 1e-5)
    }
}
