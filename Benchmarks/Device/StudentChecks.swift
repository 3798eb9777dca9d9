import AjanAccelerator
import AjanCompute
import AjanEncoder
import AjanSafetensors
import AjanTraining
import Foundation

/// Whole students on the device against the processor: losses, gradients, steps, vectors, resuming.
struct StudentChecks {
    let device: AcceleratorDevice
    let seed: UInt64
    /// Sizes that the emulation gets through in seconds.
    let isSmall: Bool

    private struct Case {
        let name: String
        let configuration: StudentConfiguration
        let objective: Objective
    }

    func run() throws -> [Check] {
        var checks: [Check] = []
        for (index, own) in try cases().enumerated() {
            let student = RandomStudent(configuration: own.configuration, seed: seed)
            let texts = RandomBatches(
                configuration: own.configuration, seed: seed &+ UInt64(index),
                longest: isSmall ? 40 : 200)
            for precision in [ProductPrecision.f32, .bf16] {
                checks += try compare(own, student, texts, precision)
            }
            print("checked \(own.name)")
        }
        return checks
    }

    private func cases() throws -> [Case] {
        let pairs = Objective(
            [.init(.meanSquaredError), .init(.multipleNegatives(scale: 20), weight: 0.1)])
        guard !isSmall else {
            return [
                Case(
                    name: "64 wide, heads of 32",
                    configuration: try Shapes.student(
                        hidden: 64, layers: 2, heads: 2, vocabulary: 500, dense: 48),
                    objective: Objective()),
                Case(
                    name: "32 wide, heads of 8, cls, pairs",
                    configuration: try Shapes.student(
                        hidden: 32, layers: 1, heads: 4, vocabulary: 300, dense: nil,
                        pooling: .cls), objective: pairs),
            ]
        }
        return [
            Case(
                name: "e5-base, 3 layers",
                configuration: try Shapes.student(
                    hidden: 768, layers: 3, heads: 12, vocabulary: 30_000, dense: 1_024),
                objective: Objective()),
            Case(
                name: "e5-small, 4 layers, cosine",
                configuration: try Shapes.student(
                    hidden: 384, layers: 4, heads: 12, vocabulary: 30_000, dense: nil),
                objective: Objective([.init(.cosine)])),
            Case(
                name: "bge-m3, 2 layers, cls, pairs",
                configuration: try Shapes.student(
                    hidden: 1_024, layers: 2, heads: 16, vocabulary: 30_000, dense: nil,
                    pooling: .cls), objective: pairs),
        ]
    }

    private func compare(
        _ own: Case, _ student: RandomStudent, _ texts: RandomBatches,
        _ precision: ProductPrecision
    ) throws -> [Check] {
        let name = "\(own.name), \(precision.rawValue): "
        let isExact = precision == .f32
        let reference = try trainer(own, student, .f32, nil)
        let trainer = try trainer(own, student, precision, device)
        let batches = [texts.batch(0, sequences: 12), texts.batch(1, sequences: 40)]
        func check(_ what: String, _ error: Double, _ bound: Double) -> Check {
            Check(name: name + what, error: error, bound: bound)
        }
        let vectors = try [trainer, reference].map { try $0.vectors(of: batches[0].sequences) }
        var checks = [
            check("vectors", distance(vectors[0], vectors[1]), isExact ? 1e-5 : 3e-2)
        ]
        let losses = try [trainer, reference].map { try $0.computeGradients(batches) }
        checks.append(check("loss", abs(losses[0] / losses[1] - 1), isExact ? 1e-5 : 3e-2))
        let gradients = try [trainer, reference].map { try $0.gradients }
        checks.append(
            check(
                "gradients", distance(gradients[0].dense, gradients[1].dense),
                isExact ? 1e-4 : 8e-2))
        checks.append(
            check(
                "word gradients", distance(gradients[0].wordRows, gradients[1].wordRows),
                isExact ? 1e-4 : 8e-2))
        _ = try trainer.applyGradients()
        _ = try reference.applyGradients()
        let later = try (2..<5).map { number in
            let batch = texts.batch(number, sequences: 24)
            let losses = try [trainer, reference].map { try $0.step([batch]).loss }
            return abs(losses[0] / losses[1] - 1)
        }
        checks.append(
            check("losses of three more steps", later.max() ?? .nan, isExact ? 1e-4 : 4e-2))
        checks.append(
            check("resumed, differing numbers", try resume(own, student, texts, precision), 0))
        return checks
    }

    /// Numbers that differ between a run and the same run saved and restored.
    private func resume(
        _ own: Case, _ student: RandomStudent, _ texts: RandomBatches,
        _ precision: ProductPrecision
    ) throws -> Double {
        let file = FileManager.default.temporaryDirectory
            .appendingPathComponent("device-report-\(UUID().uuidString).safetensors")
        defer { try? FileManager.default.removeItem(at: file) }
        let whole = try trainer(own, student, precision, device)
        func step(_ trainer: Trainer, _ number: Int) throws {
            _ = try trainer.step([texts.batch(10 + number, sequences: 16)])
        }
        for number in 0..<2 { try step(whole, number) }
        try whole.save(to: file)
        let second = try trainer(own, student, precision, device)
        _ = try second.restore(from: file)
        for trainer in [whole, second] {
            try step(trainer, 2)
            try trainer.synchronize()
        }
        return Double(
            zip(whole.student.values.row(0), second.student.values.row(0))
                .count { $0.bitPattern != $1.bitPattern })
    }

    private func trainer(
        _ own: Case, _ student: RandomStudent, _ precision: ProductPrecision,
        _ device: AcceleratorDevice?
    ) throws -> Trainer {
        try Trainer(
            student: student.make(),
            configuration: TrainerConfiguration(
                optimizer: AdamWConfiguration(learningRate: 1e-4),
                schedule: LearningRateSchedule(shape: .constant, totalSteps: 1_000),
                objective: own.objective, dropout: .init(hidden: 0.1, attention: 0.1),
                precision: precision, seed: seed),
            pool: ComputePool(threads: ThreadBudget.detect().threads), device: device)
    }

    private func distance(_ a: Matrix, _ b: Matrix) -> Double {
        var (difference, whole) = (0.0, 0.0)
        for row in 0..<b.rows {
            for (x, y) in zip(a.row(row), b.row(row)) {
                difference += (Double(x) - Double(y)) * (Double(x) - Double(y))
                whole += Double(y) * Double(y)
            }
        }
        return (difference / max(whole, 1e-300)).squareRoot()
    }
}
