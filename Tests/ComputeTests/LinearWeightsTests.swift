import AjanCompute
import Foundation
import Testing

/// Shapes (tokens, inputs, outputs) that leave a rest in every direction, and real ones.
private let shapes = [
    (1, 1, 1), (2, 3, 5), (3, 7, 15), (5, 8, 16), (6, 16, 17), (7, 31, 33), (13, 33, 48),
    (14, 64, 63), (15, 65, 65), (17, 127, 31), (29, 255, 129), (21, 384, 100), (30, 1023, 40),
]

private func exact(
    _ x: Matrix, _ w: Matrix, _ bias: [Float], activation: Activation, residual: Matrix?
) -> [Double] {
    (0..<x.rows).flatMap { i in
        (0..<w.rows).map { j in
            var sum = Double(bias[j])
            for p in 0..<x.columns { sum += Double(x[i, p]) * Double(w[j, p]) }
            switch activation {
            case .identity: break
            case .gelu: sum *= 0.5 * (1 + erf(sum / 2.0.squareRoot()))
            case .tanh: sum = tanh(sum)
            }
            return sum + (residual.map { Double($0[i, j]) } ?? 0)
        }
    }
}

/// What an int8 layer makes of a row: whole steps from 0, of which 254 span the row and 0.
private func steps(_ row: [Float]) -> (values: [Int], step: Float) {
    let half = max(row.max() ?? 0, 0) * 0.5 - min(row.min() ?? 0, 0) * 0.5
    let factor = 127 / half
    return (row.map { Int(($0 * factor).rounded(.toNearestOrEven)) }, half / 127)
}

/// The step of an output channel: 126.5 of them are the largest sum of weights of one sign in a
/// quad.
private func weightStep(_ row: [Float]) -> Double {
    var largest = 0.0
    for first in stride(from: 0, to: row.count, by: 8) {
        for quad in [[0, 1, 4, 5], [2, 3, 6, 7]] {
            let weights = quad.filter { first + $0 < row.count }.map { Double(row[first + $0]) }
            for sign in [1.0, -1] {
                largest = max(largest, weights.reduce(0) { $0 + max(0, sign * $1) })
            }
        }
    }
    return largest / 126.5
}

@Suite("Linear layers")
struct LinearWeightsTests {
    @Test("f32 layers stay within the bound a + c eps sqrt(K) of double arithmetic")
    func float32MatchesDouble() {
        var random = SplitMix64(seed: 1)
        for (tokens, inputs, outputs) in shapes {
            for activation in [Activation.identity, .gelu, .tanh] {
                let x = random.matrix(tokens, inputs, padding: 3)
                let w = random.matrix(outputs, inputs, padding: 1)
                let bias = random.vector(outputs)
                let residual = random.matrix(tokens, outputs, padding: 2)
                let y = Matrix(rows: tokens, columns: outputs)
                LinearWeights(weight: w, bias: bias)
                    .apply(to: x, into: y, activation: activation, residual: residual)
                let expected = exact(x, w, bias, activation: activation, residual: residual)
                let (largest, nmse) = difference(y.values.flatMap(\.self), expected)
                let bound = 1e-6 + 4 * Double(Float.ulpOfOne) * Double(inputs).squareRoot()
                #expect(largest <= bound, "\(tokens)x\(inputs)x\(outputs) \(activation)")
                #expect(nmse <= 1e-10, "\(tokens)x\(inputs)x\(outputs) \(activation)")
            }
        }
    }

    @Test("int8 layers compute what their integers and scales say")
    func int8MatchesItsOwnIntegers() throws {
        var random = SplitMix64(seed: 2)
        for (tokens, inputs, outputs) in shapes {
            let x = random.matrix(tokens, inputs, padding: 3)
            let bias = random.vector(outputs)
            let weights = LinearWeights(
                quantizing: random.matrix(outputs, inputs), bias: bias)
            let stored = try #require(weights.int8Rows())
            let y = Matrix(rows: tokens, columns: outputs)
            weights.apply(to: x, into: y)
            for i in 0..<tokens {
                let row = steps(x.row(i))
                for j in 0..<outputs {
                    let channel = stored.values[j * inputs..<(j + 1) * inputs]
                    let sum = zip(row.values, channel).reduce(0) { $0 + $1.0 * Int($1.1) }
                    let scale = Double(row.step) * Double(stored.scales[j])
                    let expected = Double(sum) * scale + Double(bias[j])
                    let bound = 4e-7 * (abs(Double(sum) * scale) + abs(expected) + 1e-3)
                    #expect(abs(Double(y[i, j]) - expected) <= bound)
                }
            }
        }
    }

    @Test("weights whose pairs do not fit 16 bits give the sums of their integers too")
    func foreignWeightsStayExact() {
        var random = SplitMix64(seed: 8)
        let (tokens, inputs, outputs) = (21, 130, 33)
        let x = random.matrix(tokens, inputs)
        let region = MemoryRegion(byteCount: outputs * inputs)
        let extremes: [UInt8] = [127, 129, 128]
        unsafe region.withMutableBytes { target in
            for index in target.indices {
                unsafe target[index] = extremes[Int(random.next() % 3)]
            }
        }
        let stored = StoredMatrix(
            region: region, rows: outputs, columns: inputs,
            format: .int8(scales: Array(repeating: 1, count: outputs)))
        let weights = LinearWeights(stacking: [stored], bias: nil, precision: .int8)
        let y = Matrix(rows: tokens, columns: outputs)
        weights.apply(to: x, into: y)
        for i in 0..<tokens {
            let row = steps(x.row(i))
            for j in 0..<outputs {
                let channel = (0..<inputs).map { p in
                    unsafe region.withMutableBytes { unsafe $0[j * inputs + p] } == 127 ? 127 : -127
                }
                let sum = zip(row.values, channel).reduce(0) { $0 + $1.0 * $1.1 }
                #expect(y[i, j] == Float(sum) * row.step)
            }
        }
    }

    @Test("int8 layers err as rounding to their steps must, and no more")
    func int8ErrsByRoundingAlone() {
        var random = SplitMix64(seed: 3)
        let x = random.matrix(19, 384)
        let w = random.matrix(96, 384)
        let bias = random.vector(96)
        let y = Matrix(rows: 19, columns: 96)
        LinearWeights(quantizing: w, bias: bias).apply(to: x, into: y)
        let expected = exact(x, w, bias, activation: .identity, residual: nil)
        // Rounding to steps of s errs by s^2 / 12 in the mean of squares.
        let inputSteps = x.values.map { Double(steps($0).step) }
        let weightSteps = w.values.map(weightStep)
        var variance = 0.0
        for i in 0..<19 {
            for j in 0..<96 {
                for p in 0..<384 {
                    let (a, b) = (Double(x[i, p]) * weightSteps[j], Double(w[j, p]) * inputSteps[i])
                    variance += (a * a + b * b) / 12
                }
            }
        }
        let size = expected.reduce(0) { $0 + $1 * $1 }
        let nmse = difference(y.values.flatMap(\.self), expected).nmse
        #expect((0.8...1.2).contains(nmse * size / variance), "\(nmse)")
    }

    @Test(
        "a row's result depends neither on the other rows nor on the threads",
        arguments: [LinearWeights.Precision.float32, .int8])
    func rowsAreIndependent(precision: LinearWeights.Precision) {
        var random = SplitMix64(seed: 4)
        let x = random.matrix(61, 130)
        let w = random.matrix(77, 130)
        let weights =
            precision == .int8
            ? LinearWeights(quantizing: w, bias: nil) : LinearWeights(weight: w, bias: nil)
        let whole = Matrix(rows: 61, columns: 77)
        weights.apply(to: x, into: whole, activation: .gelu)
        for threads in [2, 3] {
            let parallel = Matrix(rows: 61, columns: 77)
            let pool = ComputePool(threads: threads)
            weights.apply(to: x, into: parallel, activation: .gelu, pool: pool)
            #expect(parallel.bits == whole.bits)
        }
        for range in [0..<1, 3..<5, 10..<27, 44..<61] {
            let part = Matrix(rows: range.count, columns: 77)
            weights.apply(to: x.rows(range), into: part, activation: .gelu)
            #expect(part.bits == whole.rows(range).bits)
        }
    }

    @Test(
        "the output may be the residual, and nothing outside the output is written",
        arguments: [LinearWeights.Precision.float32, .int8])
    func residualInPlaceWithGuards(precision: LinearWeights.Precision) {
        var random = SplitMix64(seed: 5)
        for columns in [1, 5, 15, 16, 17, 33, 48] {
            let x = random.matrix(18, 20)
            let w = random.matrix(columns, 20)
            let weights =
                precision == .int8
                ? LinearWeights(quantizing: w, bias: nil) : LinearWeights(weight: w, bias: nil)
            let frame = random.matrix(20, columns + 9)
            let before = frame.values
            let inside = frame.rows(1..<19).columns(4..<4 + columns)
            let separate = Matrix(rows: 18, columns: columns)
            weights.apply(to: x, into: separate, residual: inside)
            weights.apply(to: x, into: inside, residual: inside)
            #expect(inside.bits == separate.bits)
            let after = frame.values
            #expect(after[0] == before[0] && after[19] == before[19])
            for row in 1..<19 {
                #expect(after[row][..<4] == before[row][..<4])
                #expect(after[row][(4 + columns)...] == before[row][(4 + columns)...])
            }
        }
    }

    @Test("packed weights come back from their bytes, and int8 rows from packed weights")
    func packedFormsRoundTrip() throws {
        var random = SplitMix64(seed: 6)
        let w = random.matrix(37, 45)
        let bias = random.vector(37)
        let x = random.matrix(4, 45)
        for original in [
            LinearWeights(weight: w, bias: bias), LinearWeights(quantizing: w, bias: bias),
        ] {
            let size = LinearWeights.packedByteCount(
                outputSize: 37, inputSize: 45, precision: original.precision)
            let region = MemoryRegion(byteCount: 64 + size)
            unsafe original.withPackedBytes { source in
                unsafe region.withMutableBytes { target in
                    for index in source.indices { unsafe target[64 + index] = source[index] }
                }
            }
            let mapped = LinearWeights(
                packed: region, byteOffset: 64, outputSize: 37, inputSize: 45,
                precision: original.precision)
            let a = Matrix(rows: 4, columns: 37)
            let b = Matrix(rows: 4, columns: 37)
            original.apply(to: x, into: a)
            mapped.apply(to: x, into: b)
            #expect(a.bits == b.bits)
            #expect(mapped.bias == bias)
        }
        let quantized = LinearWeights(quantizing: w, bias: bias)
        let rows = try #require(quantized.int8Rows())
        let region = MemoryRegion(byteCount: rows.values.count)
        unsafe region.withMutableBytes { target in
            for (index, value) in rows.values.enumerated() {
                unsafe target[index] = UInt8(bitPattern: value)
            }
        }
        let stored = StoredMatrix(
            region: region, rows: 37, columns: 45, format: .int8(scales: rows.scales))
        let again = LinearWeights(stacking: [stored], bias: bias, precision: .int8)
        #expect(again.int8Rows()?.values == rows.values)
        #expect(
            unsafe again.withPackedBytes { unsafe Array($0) }
                == quantized.withPackedBytes { unsafe Array($0) })
    }

    @Test("stacked parts give the columns that the parts give alone")
    func stackingIsConcatenation() {
        var random = SplitMix64(seed: 7)
        let parts = [random.matrix(24, 40), random.matrix(7, 40), random.matrix(24, 40)]
        let x = random.matrix(9, 40)
        for precision in [LinearWeights.Precision.float32, .int8] {
            let whole = Matrix(rows: 9, columns: 55)
            LinearWeights(
                stacking: parts.map { StoredMatrix($0) }, bias: nil, precision: precision
            ).apply(to: x, into: whole)
            var first = 0
            for part in parts {
                let alone = Matrix(rows: 9, columns: part.rows)
                LinearWeights(stacking: [StoredMatrix(part)], bias: nil, precision: precision)
                    .apply(to: x, into: alone)
                #expect(whole.columns(first..<first + part.rows).bits == alone.bits)
                first += part.rows
            }
        }
    }
}
