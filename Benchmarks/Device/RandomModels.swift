import AjanCompute
import AjanEncoder
import AjanTraining
import Foundation

/// Shapes of models that exist.
enum Shapes {
    static func student(
        hidden: Int, layers: Int, heads: Int, vocabulary: Int, dense: Int?,
        pooling: PoolingConfiguration.Mode = .mean, positions: Int = 514
    ) throws -> StudentConfiguration {
        try StudentConfiguration(
            encoder: EncoderConfiguration(
                modelType: .xlmRoberta, vocabularySize: vocabulary, hiddenSize: hidden,
                numHiddenLayers: layers, numAttentionHeads: heads, intermediateSize: 4 * hidden,
                maxPositionEmbeddings: positions, typeVocabularySize: 1,
                layerNormEpsilon: 1e-5, padTokenID: 1),
            pooling: pooling, dense: dense.map { .init(outputSize: $0) })
    }
}

/// A student with random parameters of the size that trained ones have.
struct RandomStudent {
    let configuration: StudentConfiguration
    let seed: UInt64

    func make() -> Student {
        let student = Student(zeroed: configuration)
        for parameter in student.layout.parameters {
            var random = SplitMix64(seed: seed ^ UInt64(parameter.offset))
            let isNorm = parameter.name.contains("LayerNorm")
            let center: Float = isNorm && parameter.name.hasSuffix("weight") ? 1 : 0
            let width: Float = parameter.decays ? 0.04 : 0.1
            let target = student.matrix(parameter)
            for row in 0..<target.rows {
                target.setRow(
                    row, to: (0..<target.columns).map { _ in center + width * random.uniform() })
            }
        }
        return student
    }
}

/// Batches of random words; batch number n is always the same.
struct RandomBatches {
    let configuration: StudentConfiguration
    let seed: UInt64
    let longest: Int

    func batch(_ number: Int, sequences: Int) -> TrainingBatch {
        var random = SplitMix64(seed: seed &+ UInt64(number) &* 7_919)
        let lengths = (0..<sequences).map { _ in 3 + random.below(longest - 3) }
        return batch(lengths: lengths, random: &random)
    }

    /// One text of each of `lengths`, between a begin and an end token, with a teacher's vectors.
    func batch(lengths: [Int], random: inout SplitMix64) -> TrainingBatch {
        let vocabulary = configuration.encoder.vocabularySize
        var packed = PackedBatch()
        for length in lengths {
            let body = (2..<max(2, length)).map { _ in Int32(4 + random.below(vocabulary - 4)) }
            packed.append([0] + body + [2])
        }
        let teacher = Matrix(rows: lengths.count, columns: configuration.dimensions)
        for row in 0..<teacher.rows {
            var vector = (0..<teacher.columns).map { _ in random.uniform() }
            VectorMath.normalize(&vector)
            teacher.setRow(row, to: vector)
        }
        return TrainingBatch(sequences: packed, target: .teacherAndPairs(teacher))
    }
}

/// How long texts are.
struct LengthDistribution {
    /// Rising sums of counts, by length.
    private var lengths: [Int] = []
    private var sums: [Int] = []

    /// Reads lines of "tokens count"; without a file every text has 24 tokens.
    init(file: String?) throws {
        guard let file else {
            (lengths, sums) = ([24], [1])
            return
        }
        let text = try String(contentsOfFile: file, encoding: .utf8)
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            let numbers = line.split(separator: " ").compactMap { Int($0) }
            guard numbers.count == 2, (2...8_192).contains(numbers[0]), numbers[1] > 0 else {
                throw CocoaError(.fileReadCorruptFile, userInfo: [NSFilePathErrorKey: file])
            }
            lengths.append(numbers[0])
            sums.append((sums.last ?? 0) + numbers[1])
        }
    }

    var mean: Double {
        var tokens = 0
        for (index, length) in lengths.enumerated() {
            tokens += length * (sums[index] - (index > 0 ? sums[index - 1] : 0))
        }
        return Double(tokens) / Double(sums.last ?? 1)
    }

    /// Lengths of texts that make up at most `tokens` tokens.
    func draw(tokens: Int, random: inout SplitMix64) -> [Int] {
        var drawn: [Int] = []
        var left = tokens
        while true {
            let place = random.below(sums.last ?? 1)
            let length = lengths[sums.firstIndex { $0 > place } ?? 0]
            guard length <= left else { return drawn.isEmpty ? [left] : drawn }
            drawn.append(length)
            left -= length
        }
    }
}
