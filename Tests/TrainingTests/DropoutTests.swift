import AjanCKernels
import AjanCompute
import Testing

/// Philox 4x32 with 7 rounds, written a second time.
/// Source: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
enum Philox {
    static func block(_ counter: [UInt32], key: (UInt32, UInt32)) -> [UInt32] {
        var (c, k) = (counter, key)
        for _ in 0..<7 {
            let a = UInt64(0xD251_1F53) * UInt64(c[0])
            let b = UInt64(0xCD9E_8D57) * UInt64(c[2])
            c = [
                UInt32(b >> 32) ^ c[1] ^ k.0, UInt32(truncatingIfNeeded: b),
                UInt32(a >> 32) ^ c[3] ^ k.1, UInt32(truncatingIfNeeded: a),
            ]
            k = (k.0 &+ 0x9E37_79B9, k.1 &+ 0xBB67_AE85)
        }
        return c
    }

    /// The factor of one number, as ck_training.h and philox.h describe it.
    static func factor(_ dropout: ck_dropout, row: Int, index: Int) -> Float {
        let (group, rest) = index.quotientAndRemainder(dividingBy: 128)
        let words = unsafe block(
            [
                UInt32(group * 16 + rest % 16), dropout.positions[row], dropout.sequences[row],
                dropout.site,
            ], key: dropout.key)
        let word = words[rest / 32]
        let value = rest / 16 % 2 == 0 ? word & 0xffff : word >> 16
        return unsafe value >= dropout.threshold ? dropout.scale : 0
    }
}

@Suite("Dropout")
struct DropoutTests {
    @Test("uses the generator whose numbers its authors published")
    func knownAnswers() {
        #expect(
            Philox.block([0, 0, 0, 0], key: (0, 0))
                == [0x5f6f_b709, 0x0d89_3f64, 0x4f12_1f81, 0x4f73_0a48])
        #expect(
            Philox.block(
                [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344],
                key: (0xa409_3822, 0x299f_31d0))
                == [0x4dfc_caba, 0x190a_87f0, 0xc473_62ba, 0xb6b5_242a])
    }

    @Test("drops its share, keeps the mean, and differs between steps, places, sequences, seeds")
    func statistics() {
        let rows = 200
        let places = TokenPlaces(cumulativeSequenceLengths: [0, 120, 200], firstSequence: 3)
        func mask(seed: UInt64 = 1, step: Int = 4, site: Int = 2, places: TokenPlaces) -> [Float] {
            let values = Matrix(rows: rows, columns: 384)
            for row in 0..<rows { values.setRow(row, to: [Float](repeating: 1, count: 384)) }
            Dropout(probability: 0.1, seed: seed, step: step, site: site)
                .apply(to: values, places: places, pool: ComputePool(threads: 2))
            return values.numbers
        }
        let own = mask(places: places)
        let dropped = Double(own.count { $0 == 0 }) / Double(own.count)
        // Five standard deviations of 76,800 draws.
        #expect(abs(dropped - 0.1) < 5 * (0.09 / Double(own.count)).squareRoot())
        #expect(abs(own.reduce(0) { $0 + Double($1) } / Double(own.count) - 1) < 0.006)
        #expect(own == mask(places: places), "the same draw again")
        let moved = TokenPlaces(cumulativeSequenceLengths: [0, 120, 200], firstSequence: 4)
        for other in [
            mask(seed: 2, places: places), mask(step: 5, places: places),
            mask(site: 3, places: places), mask(places: moved),
        ] {
            let equal = Double(zip(own, other).count { ($0 == 0) == ($1 == 0) })
            // Independent masks agree on 0.9^2 + 0.1^2 of the numbers.
            #expect(abs(equal / Double(own.count) - 0.82) < 0.01)
        }
    }
}
