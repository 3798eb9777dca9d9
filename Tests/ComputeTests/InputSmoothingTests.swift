import AjanCompute
import Foundation
import TestSupport
import Testing

@Suite("Input smoothing")
struct InputSmoothingTests {
    /// Inputs of which a few channels are 20 times as large as the others.
    private func outlyingInputs(_ random: inout SplitMix64, rows: Int, columns: Int) -> Matrix {
        let x = random.matrix(rows, columns)
        for row in 0..<rows {
            for column in stride(from: 3, to: columns, by: 50) { x[row, column] *= 20 }
        }
        return x
    }

    @Test("factors of weights and inputs cancel, and are quarter powers of 2 near the root")
    func factors() {
        var random = SplitMix64(seed: 1)
        let weight = random.matrix(64, 200)
        let largest = outlyingInputs(&random, rows: 9, columns: 200).columnMagnitudes()
        let smoothing = InputSmoothing(largestInputs: largest, weight: weight)
        let ratios = zip(largest, weight.columnMagnitudes()).map { $0 / $1 }
        let middle = ratios.sorted()[100]
        for (index, ratio) in ratios.enumerated() {
            let (own, inverse) = (smoothing.weightFactors[index], smoothing.inputFactors[index])
            #expect(abs(own * inverse - 1) < 1e-6)
            let wanted = max((ratio / middle).squareRoot(), 0.25)
            #expect(abs(log2(own / wanted)) <= 0.126, "channel \(index)")
            #expect(abs(4 * log2(own) - (4 * log2(own)).rounded()) < 1e-4)
        }
    }

    @Test("inputs that are never seen, have no weight or are not finite keep a sane factor")
    func silentInputs() {
        let weight = Matrix(rows: 2, columns: 6)
        weight.setRow(0, to: [1, 0, 1, 1e-30, 1, 1])
        weight.setRow(1, to: [-1, 0, 0.5, 0, 1, 1])
        let largest: [Float] = [1, 1, 0, 1e8, .infinity, 1]
        let smoothing = InputSmoothing(largestInputs: largest, weight: weight)
        #expect(smoothing.inputFactors == [1, 1, 1, 1 / 1024, 1, 1])
        #expect(smoothing.weightFactors == [1, 1, 1, 1024, 1, 1])
        let nothing = InputSmoothing(
            largestInputs: [0, 0], weight: Matrix(rows: 3, columns: 2))
        #expect(nothing.inputFactors == [1, 1])
    }

    @Test("halves at least what 8 bits cost a layer with outlying inputs")
    func quality() {
        var random = SplitMix64(seed: 2)
        let x = outlyingInputs(&random, rows: 40, columns: 384)
        let weight = random.matrix(96, 384)
        let bias = random.vector(96)
        let exact = Matrix(rows: 40, columns: 96)
        LinearWeights(weight: weight, bias: bias).apply(to: x, into: exact)
        func error(_ smoothing: InputSmoothing?) -> Double {
            let y = Matrix(rows: 40, columns: 96)
            LinearWeights(quantizing: weight, bias: bias, smoothing: smoothing)
                .apply(to: x, into: y)
            return difference(
                y.values.flatMap(\.self), exact.values.flatMap { $0.map(Double.init) }
            ).nmse
        }
        let smoothing = InputSmoothing(largestInputs: x.columnMagnitudes(), weight: weight)
        #expect(error(smoothing) < 0.5 * error(nil))
    }

    @Test("the layer computes what its factors, integers and scales say")
    func exactSums() throws {
        var random = SplitMix64(seed: 3)
        for (tokens, inputs, outputs) in [(1, 5, 3), (7, 31, 33), (21, 130, 48)] {
            let x = outlyingInputs(&random, rows: tokens, columns: inputs)
            let weight = random.matrix(outputs, inputs)
            let smoothing = InputSmoothing(
                largestInputs: x.columnMagnitudes(), weight: weight)
            let layer = LinearWeights(quantizing: weight, bias: nil, smoothing: smoothing)
            let factors = try #require(layer.inputFactors)
            #expect(factors == smoothing.inputFactors)
            // The same integers without factors, on inputs that were multiplied before.
            let stored = try #require(layer.int8Rows())
            let region = MemoryRegion(byteCount: stored.values.count)
            unsafe region.withMutableBytes { target in
                unsafe target.copyBytes(from: stored.values.map(UInt8.init(bitPattern:)))
            }
            let plain = LinearWeights(
                int8Rows: [region], rowsPerPart: outputs, inputSize: inputs,
                scales: stored.scales, bias: nil)
            let multiplied = Matrix(rows: tokens, columns: inputs)
            for row in 0..<tokens {
                multiplied.setRow(row, to: zip(x.row(row), factors).map { $0 * $1 })
            }
            let (a, b) = (
                Matrix(rows: tokens, columns: outputs), Matrix(rows: tokens, columns: outputs)
            )
            layer.apply(to: x, into: a)
            plain.apply(to: multiplied, into: b)
            #expect(a.bits == b.bits)
        }
    }
}
