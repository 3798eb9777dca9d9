import AjanCompute
import AjanEncoder
import AjanTraining
import Testing

@Suite("Losses")
struct LossTests {
    private struct Expected: Decodable {
        struct Value: Decodable {
            let loss: Double
            let gradient: [[Float]]
        }

        let vectors: [[Float]]
        let teacher: [[Float]]
        let losses: [String: Value]
    }

    static let objectives: [(name: String, objective: Objective)] = [
        ("meanSquaredError", Objective([.init(.meanSquaredError)])),
        ("cosine", Objective([.init(.cosine)])),
        ("relational", Objective([.init(.relational)])),
        ("multipleNegatives", Objective([.init(.multipleNegatives(scale: 20))])),
        (
            "matryoshka",
            Objective(
                [.init(.meanSquaredError), .init(.relational, weight: 0.5)],
                prefixes: [.init(dimensions: 4), .init(dimensions: 12, weight: 0.5)])
        ),
    ]

    @Test("and their gradients equal PyTorch's", arguments: objectives.indices)
    func parity(index: Int) throws {
        let (name, objective) = Self.objectives[index]
        let expected = try Fixture.json("losses", as: Expected.self)
        let value = objective.evaluate(
            matrix(expected.vectors), batch: batch(matrix(expected.teacher)),
            pool: ComputePool(threads: 1))
        let reference = try #require(expected.losses[name])
        #expect(abs(value.loss - reference.loss) <= 1e-5 * abs(reference.loss))
        let gradient = reference.gradient.flatMap { $0 }
        #expect(relativeError(value.gradient.numbers, gradient) <= 1e-5)
    }

    @Test("change as their gradients say", arguments: objectives.indices)
    func finiteDifferences(index: Int) throws {
        let objective = Self.objectives[index].objective
        let expected = try Fixture.json("losses", as: Expected.self)
        let teacher = matrix(expected.teacher)
        func loss(_ vectors: [[Float]]) -> Double {
            objective.evaluate(
                matrix(vectors), batch: batch(teacher), pool: ComputePool(threads: 1)
            ).loss
        }
        let gradient = objective.evaluate(
            matrix(expected.vectors), batch: batch(teacher), pool: ComputePool(threads: 1)
        ).gradient
        let scale = squareSum(gradient.numbers).squareRoot()
        for (row, column) in [(0, 0), (1, 3), (2, 11), (3, 5), (5, 2)] {
            var vectors = expected.vectors
            let step: Float = 0.01
            vectors[row][column] += step
            let above = loss(vectors)
            vectors[row][column] -= 2 * step
            let below = loss(vectors)
            let slope = (above - below) / Double(2 * step)
            #expect(abs(slope - Double(gradient[row, column])) < 1e-2 * scale)
        }
    }

    @Test("refuse batches that lack what they need, naming the batch")
    func refusals() throws {
        let trainer = try Trainer(
            student: TinyStudent.make("tiny-bert"), configuration: .test(),
            pool: ComputePool(threads: 1))
        let good = TinyStudent.batch(seed: 1)
        let narrow = TrainingBatch(
            sequences: good.sequences, target: .teacher(Matrix(rows: 6, columns: 12)))
        let error = #expect(throws: TrainingError.self) { _ = try trainer.step([good, narrow]) }
        #expect(
            error?.description
                == "batch 1 of the step: teacher vectors are [6, 12], the student gives [6, 16]; "
                + "a Dense layer makes the sizes equal")
        #expect(throws: TrainingError.self) {
            _ = try trainer.step([TrainingBatch(sequences: good.sequences, target: .pairs)])
        }
        #expect(throws: EncoderError.self) {
            let wrong = PackedBatch([[Int32(97)]])
            _ = try trainer.step([
                TrainingBatch(sequences: wrong, target: .teacher(Matrix(rows: 1, columns: 16)))
            ])
        }
    }

    private func matrix(_ rows: [[Float]]) -> Matrix {
        let result = Matrix(rows: rows.count, columns: rows[0].count)
        for (index, row) in rows.enumerated() { result.setRow(index, to: row) }
        return result
    }

    private func batch(_ teacher: Matrix) -> TrainingBatch {
        TrainingBatch(
            sequences: PackedBatch((0..<teacher.rows).map { _ in [Int32(5)] }),
            target: .teacherAndPairs(teacher))
    }
}
