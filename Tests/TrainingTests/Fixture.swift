import AjanCompute
import AjanEncoder
import AjanSafetensors
import AjanTraining
import Foundation
import TestSupport
import Testing

/// What Tools/reference/make_training_fixtures.py made, and the tiny models that it read.
struct Fixture {
    let checkpoint: Checkpoint

    init(_ name: String) throws {
        checkpoint = try Checkpoint(
            file: Repository.fixtures("TrainingTests").appendingPathComponent(
                name + ".safetensors"))
    }

    func floats(_ name: String) throws -> Matrix { try checkpoint.tensor(name).floats() }

    /// A value that stands in the metadata as JSON.
    func value<T: Decodable>(_ name: String, as type: T.Type = T.self) throws -> T {
        let text = try #require(checkpoint.metadata[name])
        return try JSONDecoder().decode(T.self, from: Data(text.utf8))
    }

    static func json<T: Decodable>(_ name: String, as type: T.Type = T.self) throws -> T {
        let file = Repository.fixtures("TrainingTests").appendingPathComponent(name + ".json")
        return try JSONDecoder().decode(T.self, from: Data(contentsOf: file))
    }
}

/// A tiny student: encoder from the fixtures of EncoderTests, a Dense layer from a fixture here.
enum TinyStudent {
    static let names = ["tiny-xlm-roberta", "tiny-bert"]

    /// - Parameter dense: gives the Dense layer under `prefix`; nil initialises it.
    static func make(
        _ name: String, pooling: PoolingConfiguration.Mode = .mean,
        activation: Activation = .identity, normalizes: Bool = true, dense: Fixture? = nil,
        prefix: String = ""
    ) throws -> Student {
        let folder = Repository.fixtures("EncoderTests").appendingPathComponent(name)
        let configuration = try StudentConfiguration(
            encoder: EncoderConfiguration(
                contentsOf: folder.appendingPathComponent("config.json")),
            pooling: pooling,
            dense: StudentConfiguration.Dense(outputSize: 16, activation: activation),
            normalizes: normalizes)
        let student = try Student(
            configuration: configuration,
            checkpoint: Checkpoint(file: folder.appendingPathComponent("model.safetensors")),
            seed: 7)
        if let dense {
            for name in ["dense.linear.weight", "dense.linear.bias"] {
                try student.matrix(named: name).copy(from: dense.floats(prefix + name))
            }
        }
        return student
    }

    /// Made-up batches: `sequences` random sequences with random teacher vectors.
    static func batch(seed: UInt64, sequences: Int = 6, longest: Int = 20) -> TrainingBatch {
        var random = SplitMix64(seed: seed)
        let teacher = Matrix(rows: sequences, columns: 16)
        for row in 0..<sequences {
            var vector = (0..<16).map { _ in random.uniform() }
            VectorMath.normalize(&vector)
            teacher.setRow(row, to: vector)
        }
        let packed = PackedBatch(
            (0..<sequences).map { _ in
                (0..<1 + random.below(longest)).map { _ in Int32(5 + random.below(92)) }
            })
        return TrainingBatch(sequences: packed, target: .teacherAndPairs(teacher))
    }
}

extension Student {
    func matrix(named name: String) throws -> Matrix {
        matrix(try #require(layout.parameter(name)))
    }

    /// The bit patterns of all parameters.
    var bits: [UInt32] { values.row(0).map(\.bitPattern) }
}

extension TrainerConfiguration {
    /// Settings under which steps of tiny models show.
    static func test(
        rate: Double = 1e-3, steps: Int = 100, objective: Objective = Objective(),
        dropout: Dropout = .none, frozen: Frozen = Frozen(), decay: Double = 0.01
    ) -> TrainerConfiguration {
        TrainerConfiguration(
            optimizer: AdamWConfiguration(learningRate: rate, weightDecay: decay),
            schedule: LearningRateSchedule(shape: .constant, totalSteps: steps),
            objective: objective, dropout: dropout, frozen: frozen, seed: 11)
    }
}

extension Matrix {
    /// All numbers, row by row.
    var numbers: [Float] { (0..<rows).flatMap { row($0) } }
}

/// `|a - b| / |b|` over all numbers (L2 norms); infinite when counts differ.
func relativeError(_ a: [Float], _ b: [Float]) -> Double {
    guard a.count == b.count else { return .infinity }
    let difference = zip(a, b).reduce(0.0) { $0 + pow(Double($1.0) - Double($1.1), 2) }
    return (difference / max(squareSum(b), 1e-300)).squareRoot()
}

func squareSum(_ values: [Float]) -> Double {
    values.reduce(0.0) { $0 + Double($1) * Double($1) }
}
