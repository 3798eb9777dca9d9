import AjanCompute
import AjanEncoder
import AjanSafetensors
import AjanTraining
import ArgumentParser
import Foundation

extension ProductPrecision: ExpressibleByArgument {}

/// Times whole training steps on real token ids, as Benchmarks/Training/torch_training.py does with
/// PyTorch; `Benchmarks/Training/run.sh` runs both side by side.
@main
struct TrainingBenchmark: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "training-benchmark",
        abstract: "Time training steps of a student on real token ids.")

    @Option(help: "Model folder of the student.")
    var model: String
    @Option(help: "JSON lines of token ids, one array per text.")
    var ids: String
    @Option(help: "Sequences of one optimiser step.")
    var sequences = 64
    @Option(help: "Tokens that go through the network at once.")
    var batchTokens = 4_096
    @Option(help: "Timed steps, after two that are not.")
    var steps = 5
    @Option(help: "Threads.")
    var threads = ThreadBudget.detect().threads
    @Option(help: "Dropout of hidden states and attention probabilities.")
    var dropout: Float = 0.1
    @Option(help: "Length of the teacher's vectors.")
    var dimensions = 1_024

    @Option(help: "How the linear layers read their factors: f32 or bf16.")
    var precision = ProductPrecision.f32

    func run() throws {
        let pool = ComputePool(threads: threads)
        let peak = PeakMeasurement.gigaflops(pool: pool)
        let trainer = try Trainer(
            student: try student(), configuration: settings, pool: pool)
        let work = try stepBatches()
        var seconds = 0.0
        var tokens = 0
        for (index, batches) in work.enumerated() {
            let start = DispatchTime.now().uptimeNanoseconds
            let report = try trainer.step(batches)
            guard index >= 2 else { continue }
            seconds += Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9
            tokens += report.tokens
        }
        let rate = Double(tokens) / seconds
        let flops = flopsPerToken(trainer.student.layout) * rate / 1e9
        print(
            """
            {"engine": "ajan-embed", "kernels": "\(KernelSelection.trainingName)", \
            "threads": \(threads), "sequences": \(sequences), "dropout": \(dropout), \
            "precision": "\(precision.rawValue)", \
            "tokens": \(tokens), "seconds": \(rounded(seconds)), \
            "tokens_per_second": \(rounded(rate)), "gigaflops": \(rounded(flops)), \
            "share_of_peak": \(rounded(flops / peak)), "peak_gigaflops": \(rounded(peak)), \
            "peak_memory_mb": \(PeakMeasurement.residentMegabytes)}
            """)
    }

    private func student() throws -> Student {
        let folder = URL(fileURLWithPath: model)
        let encoder = try EncoderConfiguration(
            contentsOf: folder.appendingPathComponent("config.json"))
        return try Student(
            configuration: StudentConfiguration(
                encoder: encoder, dense: .init(outputSize: dimensions)),
            checkpoint: Checkpoint(folder: folder), seed: 1)
    }

    private var settings: TrainerConfiguration {
        TrainerConfiguration(
            optimizer: AdamWConfiguration(learningRate: 2e-5),
            schedule: LearningRateSchedule(shape: .constant, totalSteps: 1_000),
            dropout: .init(hidden: dropout, attention: dropout), maxGradientNorm: 1,
            precision: precision)
    }

    /// Steps of `sequences` texts in the order of the file.
    private func stepBatches() throws -> [[TrainingBatch]] {
        let text = try String(contentsOfFile: ids, encoding: .utf8)
        let texts = try text.split(separator: "\n").map { line in
            try JSONDecoder().decode([Int32].self, from: Data(line.utf8))
        }
        return (0..<steps + 2).map { step in
            cut((0..<sequences).map { texts[(step * sequences + $0) % texts.count] })
        }
    }

    /// As few batches as the token budget allows, of nearly one size.
    private func cut(_ sequences: [[Int32]]) -> [TrainingBatch] {
        let tokens = sequences.reduce(0) { $0 + $1.count }
        let count = tokens.dividedUp(by: batchTokens)
        var batches: [TrainingBatch] = []
        var packed = PackedBatch()
        var (first, done) = (0, 0)
        for (index, sequence) in sequences.enumerated() {
            packed.append(sequence)
            done += sequence.count
            let isLast = index + 1 == sequences.count
            guard isLast || done * count >= tokens * (batches.count + 1) else { continue }
            batches.append(
                TrainingBatch(
                    sequences: packed, target: .teacher(teacher(packed.sequenceCount)),
                    firstSequence: first))
            first = index + 1
            packed = PackedBatch()
        }
        return batches
    }

    /// Made-up unit vectors: what they hold does not change the time.
    private func teacher(_ rows: Int) -> Matrix {
        let vectors = Matrix(rows: rows, columns: dimensions)
        for row in 0..<rows { vectors[row, row % dimensions] = 1 }
        return vectors
    }

    /// Floating-point operations of the linear layers per token, forward and back: 6 per weight.
    private func flopsPerToken(_ layout: ParameterLayout) -> Double {
        let weights = layout.parameters.filter { parameter in
            if case .layer = parameter.part { return parameter.decays }
            return false
        }
        return 6 * Double(weights.reduce(0) { $0 + $1.count })
    }

    private func rounded(_ value: Double) -> Double { (value * 100).rounded() / 100 }
}
