import AjanCKernels
import AjanCompute
import CUDAEmulation
import Testing

/// Every instruction set that this machine has, and the kernels of a CUDA device, emulated, in f32
/// and bf16, against the scalar kernels at awkward sizes.
@Suite("Training kernels")
struct TrainingKernelTests {
    /// The kernels of one instruction set or device.
    // SAFETY: constant function pointers; what they are called with is marked where it is done.
    @safe private struct Kernels {
        let table: ck_training_kernels
        /// Activations are rounded to bf16 on their way in and out.
        var isRounded = false

        /// What may be lost: `bound` in f32, 2^-7 (one rounding is at most 2^-9) in bf16.
        func bound(_ bound: Double) -> Double { isRounded ? 1 / 128 : bound }
    }

    /// The scalar kernels and all others that run here.
    private static func variants() -> (scalar: Kernels, others: [Kernels]) {
        let all = (0..<ck_training_variant_count()).compactMap { index -> Kernels? in
            var isSupported: Int32 = 0
            guard let kernels = unsafe ck_training_variant(index, &isSupported), isSupported != 0
            else { return nil }
            return unsafe Kernels(table: kernels.pointee)
        }
        return (all[0], all.dropFirst() + emulated)
    }

    private static var emulated: [Kernels] {
        [AJAN_CUDA_F32, AJAN_CUDA_BF16].compactMap { precision in
            guard let kernels = unsafe ajan_cuda_emulated_probe(0, precision.rawValue) else {
                return nil
            }
            return unsafe Kernels(table: kernels.pointee, isRounded: precision == AJAN_CUDA_BF16)
        }
    }

    private static let widths = [1, 7, 8, 15, 16, 17, 31, 33, 129, 384]

    @Test("draw the masks of Philox 4x32-7, the same on every instruction set", arguments: widths)
    func dropout(width: Int) {
        let (scalar, others) = Self.variants()
        let rows = 5
        for kernels in [scalar] + others {
            var values = [Float](repeating: 1, count: rows * width)
            unsafe withDropout { dropout in
                var dropout = unsafe dropout
                unsafe kernels.table.dropout_f32(&values, width, 0, rows, width, &dropout)
                for row in 0..<rows {
                    let expected = (0..<width).map {
                        unsafe Philox.factor(dropout, row: row, index: $0)
                    }
                    let own = Array(values[row * width..<(row + 1) * width])
                    #expect(own.map { $0 == 0 } == expected.map { $0 == 0 })
                    #expect(kernels.isRounded || own == expected)
                }
            }
        }
    }

    @Test("of LayerNorm agree", arguments: widths, [false, true])
    func norm(width: Int, drops: Bool) {
        let (scalar, others) = Self.variants()
        #expect(others.count > (Self.isX86 ? 2 : 1), "the premise")
        let expected = runNorm(scalar, width: width, drops: drops)
        for kernels in others {
            let own = runNorm(kernels, width: width, drops: drops)
            for (part, reference) in zip(own, expected) {
                #expect(relativeError(part, reference) < kernels.bound(2e-6))
            }
        }
    }

    /// y, 1/sigma, ds, dx and the sums of a forward and a backward pass.
    private func runNorm(_ kernels: Kernels, width: Int, drops: Bool) -> [[Float]] {
        let rows = 5
        var random = SplitMix64(seed: 31)
        func numbers(_ count: Int) -> [Float] { (0..<count).map { _ in random.uniform() } }
        let (x, residual, dy) = (
            numbers(rows * width), numbers(rows * width), numbers(rows * width)
        )
        let (gamma, beta) = (numbers(width), numbers(width))
        let inputs = [x, residual, dy, gamma, beta].map { Numbers($0) }
        let outputs = [rows * width, rows, rows * width, rows * width, rows * width, 3 * width]
            .map { Numbers([Float](repeating: 0, count: $0)) }
        unsafe withDropout { dropout in
            var dropout = unsafe dropout
            if !drops { unsafe dropout.threshold = 0 }
            let (normalized, inverse) = unsafe (outputs[0].start, outputs[1].start)
            let gamma = unsafe inputs[3].start
            var forward = unsafe ck_norm_forward_args(
                x: inputs[0].start, residual: inputs[1].start, ldx: width, ldr: width,
                gamma: gamma, beta: inputs[4].start, epsilon: 1e-5, normalized: normalized,
                inverse: inverse, y: outputs[2].start, n: width, dropout: dropout)
            unsafe kernels.table.norm_forward_f32(&forward, 0, rows)
            var backward = unsafe ck_norm_backward_args(
                dy: inputs[2].start, normalized: normalized, inverse: inverse, gamma: gamma,
                ds: outputs[3].start, dx: outputs[4].start, n: width, dropout: dropout)
            unsafe kernels.table.norm_backward_f32(&backward, 0, rows, outputs[5].start)
        }
        return withExtendedLifetime(inputs) { outputs.dropFirst().map(\.values) }
    }

    @Test("of GELU agree", arguments: widths)
    func gelu(width: Int) {
        let (scalar, others) = Self.variants()
        let rows = 3
        func run(_ kernels: Kernels) -> [Float] {
            var random = SplitMix64(seed: 32)
            let z = (0..<rows * width).map { _ in 6 * random.uniform() }
            var gradient = z.map { _ in random.uniform() }
            var result = z
            var sums = [Float](repeating: 0, count: width)
            unsafe kernels.table.gelu_backward_f32(z, &gradient, &result, rows, width, &sums)
            return gradient + result + sums
        }
        for kernels in others {
            #expect(relativeError(run(kernels), run(scalar)) < kernels.bound(1e-6))
        }
    }

    @Test(
        "of attention agree",
        arguments: [(1, 8), (3, 13), (16, 32), (30, 24), (33, 64), (200, 32)], [false, true])
    func attention(shape: (tokens: Int, size: Int), drops: Bool) {
        let (scalar, others) = Self.variants()
        let expected = runAttention(
            scalar, tokens: shape.tokens, size: shape.size, drops: drops)
        for kernels in others {
            let own = runAttention(
                kernels, tokens: shape.tokens, size: shape.size, drops: drops)
            #expect(relativeError(own.output, expected.output) < kernels.bound(3e-6))
            #expect(relativeError(own.gradient, expected.gradient) < kernels.bound(2e-5))
        }
    }

    /// Head 1 of two.
    private func runAttention(
        _ kernels: Kernels, tokens: Int, size: Int, drops: Bool
    ) -> (output: [Float], gradient: [Float]) {
        let width = 6 * size
        var random = SplitMix64(seed: 33)
        func numbers(_ count: Int) -> Numbers {
            Numbers((0..<count).map { _ in random.uniform() })
        }
        let (qkv, slope) = (numbers(tokens * width), numbers(tokens * 2 * size))
        let output = Numbers([Float](repeating: 0, count: tokens * 2 * size))
        let gradient = Numbers([Float](repeating: 0, count: tokens * width))
        var scratch = [Float](
            repeating: 0, count: ck_attention_training_scratch(tokens, size) / 4 + 1)
        unsafe withDropout { dropout in
            var dropout = unsafe dropout
            if !drops { unsafe dropout.threshold = 0 }
            let (q, dq) = unsafe (qkv.start, gradient.start)
            var arguments = unsafe ck_attention_training_args(
                q: q + size, k: q + 3 * size, v: q + 5 * size, ld: width, out: output.start + size,
                ldo: 2 * size, dq: dq + size, dk: dq + 3 * size, dv: dq + 5 * size,
                tokens: tokens, head_size: size, scale: 1 / Float(size).squareRoot(),
                dropout: dropout)
            unsafe kernels.table.attention_forward_f32(&arguments, &scratch)
            unsafe arguments.out = slope.start + size
            unsafe kernels.table.attention_backward_f32(&arguments, &scratch)
        }
        return withExtendedLifetime([qkv, slope]) { (output.values, gradient.values) }
    }

    @Test("of AdamW agree, and idle steps are steps with gradient zero, bit for bit")
    func adamW() {
        let (scalar, others) = Self.variants()
        let count = 37
        var random = SplitMix64(seed: 34)
        let start = (0..<count).map { _ in random.uniform() }
        let gradient = (0..<count).map { _ in random.uniform() }
        let zero = [Float](repeating: 0, count: count)
        let step = ck_adamw_step(
            decay: 0.999, one_minus_beta1: 0.1, beta2: 0.999, one_minus_beta2: 0.001,
            step_size: 1e-3, correction: 0.03, epsilon: 1e-8, gradient_scale: 0.7)
        let steps = [ck_adamw_step](repeating: step, count: 1_200)
        func run(_ kernels: Kernels, idle: Bool) -> [Float] {
            var (p, m, v) = (start, zero, zero)
            unsafe kernels.table.adamw_f32(&p, &m, &v, gradient, count, steps)
            if idle {
                unsafe kernels.table.adamw_idle_f32(&p, &m, &v, count, steps, steps.count)
            } else {
                for _ in steps { unsafe kernels.table.adamw_f32(&p, &m, &v, zero, count, steps) }
            }
            return p + m + v
        }
        for kernels in [scalar] + others {
            #expect(run(kernels, idle: true) == run(kernels, idle: false))
            #expect(relativeError(run(kernels, idle: true), run(scalar, idle: true)) < 1e-6)
        }
    }

    private static var isX86: Bool {
        #if arch(x86_64)
            true
        #else
            false
        #endif
    }

    /// Dropout of five rows with a third dropped.
    private func withDropout(_ body: (ck_dropout) -> Void) {
        let sequences: [UInt32] = [0, 0, 1, 1, 9]
        let positions: [UInt32] = [0, 1, 0, 1, 7]
        unsafe sequences.withUnsafeBufferPointer { sequences in
            unsafe positions.withUnsafeBufferPointer { positions in
                unsafe body(
                    ck_dropout(
                        threshold: 21_845, scale: 65_536 / 43_691, key: (0xa409_3822, 0x299f_31d0),
                        site: 0x0370_7344, sequences: sequences.baseAddress,
                        positions: positions.baseAddress))
            }
        }
    }
}

/// Numbers at one address for as long as the object lives.
// SAFETY: the memory is allocated and initialised in init and freed in deinit.
@safe private final class Numbers {
    let start: UnsafeMutablePointer<Float>
    private let count: Int

    init(_ values: [Float]) {
        count = values.count
        unsafe start = .allocate(capacity: values.count)
        unsafe start.initialize(from: values, count: values.count)
    }

    deinit { unsafe start.deallocate() }

    var values: [Float] { unsafe Array(UnsafeBufferPointer(start: start, count: count)) }
}
