import AjanCompute
import AjanEvaluation
import AjanTurkishText

/// Draws for each text, in each epoch, how it is spoiled before the student reads it.
struct NoiseMixer: Sendable {
    private let noise: Recipe.Noise
    private let seed: UInt64

    init(_ noise: Recipe.Noise, seed: UInt64) {
        self.noise = noise
        self.seed = seed
    }

    /// `text` as somebody might type it. The same text, place and epoch always give the same.
    func spoil(_ text: String, part: Int, row: Int, epoch: Int) -> String {
        var generator = SeededGenerator(seed: Seed.mixed(seed, part, row, epoch))
        guard Seed.unit(&generator) >= noise.cleanShare else { return text }
        let kinds = noise.kinds
        let first = kinds[Seed.index(below: kinds.count, &generator)]
        var spoiled = first.apply(to: text, using: &generator)
        if Seed.unit(&generator) < noise.secondShare {
            let second = kinds[Seed.index(below: kinds.count, &generator)]
            spoiled = second.apply(to: spoiled, using: &generator)
        }
        return spoiled.allSatisfy(\.isWhitespace) ? text : spoiled
    }
}

/// Streams of random numbers that are named by what they are for.
enum Seed {
    /// A seed out of a seed and numbers, so that every (epoch, part, row) has a stream of its own.
    static func mixed(_ seed: UInt64, _ numbers: Int...) -> UInt64 {
        numbers.reduce(seed) { state, number in
            SplitMix64.mixed(
                (state ^ UInt64(bitPattern: Int64(number))) &+ SplitMix64.increment)
        }
    }

    /// Uniform in 0..<1.
    static func unit(_ generator: inout SeededGenerator) -> Double {
        Double(generator.next() >> 11) / Double(1 << 53)
    }

    static func index(below count: Int, _ generator: inout SeededGenerator) -> Int {
        Int(generator.next().multipliedFullWidth(by: UInt64(count)).high)
    }

    /// 0..<count in an order that the seed decides (Fisher and Yates).
    static func permutation(_ count: Int, seed: UInt64) -> [Int32] {
        var order = (0..<count).map { Int32($0) }
        var generator = SeededGenerator(seed: seed)
        for last in stride(from: count - 1, to: 0, by: -1) {
            order.swapAt(last, index(below: last + 1, &generator))
        }
        return order
    }
}
