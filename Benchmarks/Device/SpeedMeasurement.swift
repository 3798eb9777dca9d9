import AjanAccelerator
import AjanCompute
import AjanEncoder
import AjanTraining
import Dispatch
import Foundation

/// Tokens per second at true shapes with random weights.
struct SpeedMeasurement {
    let device: AcceleratorDevice
    let lengths: LengthDistribution
    let seed: UInt64
    let seconds: Double
    let isSmall: Bool

    private static let batchSizes = [4_096, 8_192, 16_384, 32_768, 65_536]

    /// What large square products reach, in teraflops.
    func peaks() throws -> [String: Double] {
        let rounds = isSmall ? 1 : 20
        return [
            "bf16": try device.measuredPeak(isBF16: true, rounds: rounds) / 1e12,
            "f32": try device.measuredPeak(isBF16: false, rounds: rounds) / 1e12,
        ]
    }

    /// Steps of an e5-base student with a Dense layer to 1024, in bf16 with dropout.
    func training() throws -> [Rate] {
        let shape =
            try isSmall
            ? Shapes.student(hidden: 64, layers: 2, heads: 2, vocabulary: 500, dense: 48)
            : Shapes.student(
                hidden: 768, layers: 12, heads: 12, vocabulary: 250_002, dense: 1_024)
        let student = RandomStudent(configuration: shape, seed: seed).make()
        let configuration = TrainerConfiguration(
            optimizer: AdamWConfiguration(learningRate: 2e-5),
            schedule: LearningRateSchedule(shape: .constant, totalSteps: 1_000_000),
            dropout: .init(hidden: 0.1, attention: 0.1), precision: .bf16, seed: seed)
        let peak = try device.measuredPeak(isBF16: true, rounds: 5)
        return try (isSmall ? [512] : Self.batchSizes).compactMap { tokens in
            let needed = try Trainer.deviceByteCount(
                device.library, shape, configuration, batchTokens: tokens)
            guard needed <= device.freeByteCount else {
                print("\(tokens) tokens per batch need \(needed >> 20) MiB: left out")
                return nil
            }
            let trainer = try Trainer(
                student: student, configuration: configuration,
                pool: ComputePool(threads: ThreadBudget.detect().threads), device: device)
            return try time(
                isSmall ? "small student, bf16" : "student of e5-base's shape, bf16",
                tokens: tokens, shape: shape, factor: 6,
                peak: peak, usage: { try trainer.deviceUsage ?? (0, 0, 0) },
                run: { batches in for batch in batches { _ = try trainer.step([batch]) } })
        }
    }

    /// Vectors of a teacher of bge-m3's shape, in bf16, two batches on their way at a time.
    func caching() throws -> [Rate] {
        let shape =
            try isSmall
            ? Shapes.student(hidden: 64, layers: 2, heads: 2, vocabulary: 500, dense: nil)
            : Shapes.student(
                hidden: 1_024, layers: 24, heads: 16, vocabulary: 250_002, dense: nil,
                pooling: .cls, positions: 8_194)
        let student = RandomStudent(configuration: shape, seed: seed).make()
        let model = try DeviceModel(
            device, shape: DeviceShape(shape, layout: student.layout),
            options: DeviceOptions(precision: .bf16), parameters: student.values)
        let peak = try device.measuredPeak(isBF16: true, rounds: 5)
        return try (isSmall ? [512] : [16_384, 32_768, 65_536]).map { tokens in
            try time(
                isSmall ? "small teacher, bf16" : "teacher of bge-m3's shape, bf16",
                tokens: tokens, shape: shape, factor: 2,
                peak: peak,
                usage: {
                    let usage = try model.usage
                    return (usage.usedByteCount, usage.peakByteCount, usage.launches)
                }, run: { try Self.vectors(of: $0, on: model, shape: shape) })
        }
    }

    private static func vectors(
        of batches: [TrainingBatch], on model: DeviceModel, shape: StudentConfiguration
    ) throws {
        func finish(_ number: Int) throws {
            _ = try model.endVectors(
                slot: number % DeviceModel.slots,
                sequences: batches[number].sequences.sequenceCount)
        }
        for (number, batch) in batches.enumerated() {
            let form = DeviceBatch(
                batch.sequences, positions: try shape.encoder.positionIDs(of: batch.sequences))
            try model.beginVectors(of: form, slot: number % DeviceModel.slots)
            if number > 0 { try finish(number - 1) }
        }
        if !batches.isEmpty { try finish(batches.count - 1) }
    }

    /// Runs batches of `tokens` tokens, other ones each time, until the time is up.
    private func time(
        _ name: String, tokens: Int, shape: StudentConfiguration, factor: Double, peak: Double,
        usage: () throws -> (usedByteCount: Int, peakByteCount: Int, launches: Int),
        run: ([TrainingBatch]) throws -> Void
    ) throws -> Rate {
        let texts = RandomBatches(configuration: shape, seed: seed, longest: 512)
        var random = SplitMix64(seed: seed)
        // Batches are drawn before the clock starts and used again in turn.
        let batches = (0..<(isSmall ? 2 : 8)).map { _ in
            texts.batch(lengths: lengths.draw(tokens: tokens, random: &random), random: &random)
        }
        try run(batches)
        let first = try usage()
        let start = DispatchTime.now().uptimeNanoseconds
        var (done, rounds, elapsed) = (0, 0, 0.0)
        while elapsed < seconds || rounds == 0 {
            try run(batches)
            done += batches.reduce(0) { $0 + $1.sequences.tokenCount }
            rounds += 1
            elapsed = Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9
        }
        let last = try usage()
        let rate = Double(done) / elapsed
        let flops = factor * Self.linearWeights(shape) * rate
        print("\(name), \(tokens) tokens: \(Int(rate)) tokens/s")
        return Rate(
            name: name, batchTokens: tokens, tokensPerSecond: rate, teraflops: flops / 1e12,
            shareOfPeak: flops / peak, peakBytes: last.peakByteCount,
            growthBytes: last.usedByteCount - first.usedByteCount,
            launchesPerStep: Double(last.launches - first.launches)
                / Double(rounds * batches.count))
    }

    /// Weights of the linear layers of the encoder: each takes part once per token.
    private static func linearWeights(_ shape: StudentConfiguration) -> Double {
        let encoder = shape.encoder
        let perLayer = encoder.hiddenSize * (4 * encoder.hiddenSize + 2 * encoder.intermediateSize)
        return Double(perLayer * encoder.numHiddenLayers)
    }
}
