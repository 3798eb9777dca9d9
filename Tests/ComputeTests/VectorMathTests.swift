import AjanCompute
import Testing

private let lengths = [0, 1, 2, 3, 5, 7, 8, 15, 16, 17, 31, 33, 63, 65, 127, 1023]

@Suite("Vectors")
struct VectorMathTests {
    @Test("dot products match double arithmetic, and normalised vectors have norm 1")
    func dotAndNormalize() {
        var random = SplitMix64(seed: 41)
        for n in lengths {
            let a = random.vector(n)
            let b = random.vector(n)
            var expected = 0.0
            for (x, y) in zip(a, b) { expected += Double(x) * Double(y) }
            let bound = 1e-6 * Double(n + 1).squareRoot()
            #expect(abs(Double(VectorMath.dot(a, b)) - expected) <= bound)
            guard n > 0 else { continue }
            var unit = a
            VectorMath.normalize(&unit)
            let norm = unit.reduce(0.0) { $0 + Double($1) * Double($1) }
            #expect(abs(norm - 1) < 1e-6)
            let matrix = Matrix(rows: 2, columns: n)
            matrix.setRow(0, to: a)
            VectorMath.normalize(matrix)
            #expect(matrix.row(0) == unit)
            #expect(matrix.row(1) == [Float](repeating: 0, count: n))
        }
    }

    @Test("normalising tells the norm, and with it that squares overflowed or vanished")
    func norms() {
        var vector: [Float] = [3, 0, -4]
        #expect(VectorMath.normalize(&vector) == 5)
        #expect(vector == [3, 0, -4].map { $0 * (1 / Float(5)) })
        var large: [Float] = [1e30, 0]
        #expect(VectorMath.normalize(&large) == .infinity)
        var small: [Float] = [1e-30, 0]
        #expect(VectorMath.normalize(&small) == 0)
    }

    @Test("the first NaN or infinity is found wherever it stands")
    func firstNonFinite() {
        for n in lengths {
            var vector = [Float](repeating: .greatestFiniteMagnitude, count: n)
            #expect(FiniteCheck.firstNonFinite(in: vector) == nil)
            for index in stride(from: n - 1, through: 0, by: -3) {
                vector[index] = [Float.nan, .infinity, -.infinity][index % 3]
                #expect(FiniteCheck.firstNonFinite(in: vector) == index)
            }
        }
    }

    @Test("quantised vectors are within half a step; special vectors have their promised form")
    func quantize() {
        var random = SplitMix64(seed: 42)
        for n in lengths where n > 0 {
            let vector = random.vector(n, scale: 5)
            let (values, scale) = QuantizedVectors.quantize(vector)
            #expect(values.map { abs(Int($0)) }.max() == 127)
            for (value, x) in zip(values, vector) {
                #expect(abs(Float(value) * scale - x) <= 0.5001 * scale)
            }
            #expect(QuantizedVectors.quantize([Float](repeating: 0, count: n)).scale == 0)
            var broken = vector
            broken[n - 1] = .nan
            #expect(QuantizedVectors.quantize(broken).scale.isNaN)
            broken[n - 1] = .infinity
            #expect(QuantizedVectors.quantize(broken).scale.isNaN)
        }
    }

    @Test("integer dot products over stored rows are exact at any offset")
    func dotRows() {
        var random = SplitMix64(seed: 43)
        for n in lengths {
            for offset in 0..<8 {
                let stride = n + offset % 3
                let region = MemoryRegion(byteCount: offset + 5 * stride + n)
                var stored = [Int8](repeating: 0, count: region.byteCount)
                for index in stored.indices {
                    stored[index] = [127, -127, Int8(random.below(255) - 127)][random.below(3)]
                }
                unsafe region.withMutableBytes { bytes in
                    for (index, value) in stored.enumerated() {
                        unsafe bytes[index] = UInt8(bitPattern: value)
                    }
                }
                let query = (0..<n).map { _ in Int8(random.below(255) - 127) }
                var scores = [Int32](repeating: 7, count: 6)
                QuantizedVectors.dotRows(
                    query, region: region, byteOffset: offset, rowStride: stride, count: 5,
                    into: &scores)
                for row in 0..<5 {
                    let values = stored[(offset + row * stride)...].prefix(n)
                    let expected = zip(query, values).reduce(0) { $0 + Int($1.0) * Int($1.1) }
                    #expect(Int(scores[row]) == expected)
                }
                #expect(scores[5] == 7)
            }
        }
    }
}

@Suite("Number formats")
struct NumberConversionTests {
    @Test("every f16 and bf16 pattern survives the way to f32 and back")
    func allPatterns() {
        for format in [NumberFormat.f16, .bf16] {
            let region = MemoryRegion(byteCount: 65_536 * 2)
            unsafe region.withMutableBytes { bytes in
                for pattern in 0..<65_536 {
                    unsafe bytes[2 * pattern] = UInt8(pattern & 255)
                    unsafe bytes[2 * pattern + 1] = UInt8(pattern >> 8)
                }
            }
            let floats = NumberConversion.floats(
                in: region, byteOffset: 0, count: 65_536, format: format)
            let bytes = NumberConversion.bytes(of: floats, format: format)
            for pattern in 0..<65_536 {
                if format == .f16 {
                    let half = Float16(bitPattern: UInt16(pattern))
                    #expect(floats[pattern] == Float(half) || half.isNaN && floats[pattern].isNaN)
                }
                guard !floats[pattern].isNaN else { continue }
                let back = UInt16(bytes[2 * pattern]) | UInt16(bytes[2 * pattern + 1]) << 8
                #expect(Int(back) == pattern)
            }
        }
    }

    @Test("f32 rounds to nearest even f16, overflow and subnormals included")
    func roundsToHalf() {
        var random = SplitMix64(seed: 44)
        var values: [Float] = [65_519.9, 65_520, 1e30, -1e30, 6e-8, 2.9e-8, 2.98e-8, 5.96e-8, -0.0]
        values += (0..<5_000).map { _ in
            Float(bitPattern: UInt32(truncatingIfNeeded: random.next()))
        }
        values += random.vector(5_000, scale: 1e-4)
        let bytes = NumberConversion.bytes(of: values, format: .f16)
        for (index, value) in values.enumerated() {
            let bits = UInt16(bytes[2 * index]) | UInt16(bytes[2 * index + 1]) << 8
            let half = Float16(bitPattern: bits)
            #expect(half == Float16(value) || half.isNaN && value.isNaN, "\(value)")
        }
    }
}
