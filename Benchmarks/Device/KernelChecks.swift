import AjanCKernels
import AjanCompute

/// Every kernel of the device against the scalar kernel of the processor, on random inputs.
struct KernelChecks {
    let probe: Probe
    let seed: UInt64

    private static let widths = [1, 8, 24, 129, 384, 768, 1_024]
    private static let attentionShapes: [(tokens: Int, size: Int)] = [
        (1, 32), (17, 32), (33, 64), (64, 64), (130, 32), (512, 64), (40, 8),
    ]

    func run() throws -> [Check] {
        guard let scalar = Self.scalar else { return [] }
        var checks: [Check] = []
        for isBF16 in [false, true] {
            guard let table = probe.table(isBF16: isBF16) else {
                print("the library has no probe: its kernels are checked in whole students only")
                return checks
            }
            for width in Self.widths {
                let name = "\(isBF16 ? "bf16" : "f32"), width \(width): "
                let inputs = KernelInputs(seed: seed, width: width)
                let runs: [(String, Double, (Kernels) -> [Float])] = [
                    ("dropout", 0, inputs.dropout), ("LayerNorm forward", 2e-6, inputs.normForward),
                    ("LayerNorm backward", 1e-5, inputs.normBackward),
                    ("GELU backward", 2e-6, inputs.gelu), ("AdamW", 2e-6, inputs.adamW),
                ]
                for (kernel, bound, run) in runs {
                    let bound = isBF16 && kernel != "AdamW" ? 2e-2 : bound
                    checks.append(
                        Check(
                            name: name + kernel,
                            error: Self.distance(run(table), run(scalar)), bound: bound))
                }
            }
            for shape in Self.attentionShapes {
                let inputs = AttentionInputs(seed: seed, tokens: shape.tokens, size: shape.size)
                let name =
                    "\(isBF16 ? "bf16" : "f32"), \(shape.tokens) tokens, head \(shape.size): "
                let (own, expected) = (inputs.run(table), inputs.run(scalar))
                checks.append(
                    Check(
                        name: name + "attention forward",
                        error: Self.distance(own.output, expected.output),
                        bound: isBF16 ? 2e-2 : 1e-5))
                checks.append(
                    Check(
                        name: name + "attention backward",
                        error: Self.distance(own.gradient, expected.gradient),
                        bound: isBF16 ? 4e-2 : 3e-5))
            }
        }
        return checks
    }

    private static var scalar: Kernels? {
        var isSupported: Int32 = 0
        guard let table = unsafe ck_training_variant(0, &isSupported)?.pointee else { return nil }
        return unsafe Kernels(table: table)
    }

    private static func distance(_ a: [Float], _ b: [Float]) -> Double {
        guard a.count == b.count else { return .infinity }
        var (difference, whole) = (0.0, 0.0)
        for (x, y) in zip(a, b) {
            difference += (Double(x) - Double(y)) * (Double(x) - Double(y))
            whole += Double(y) * Double(y)
        }
        return (difference / max(whole, 1e-300)).squareRoot()
    }
}

/// Inputs of the kernels that work on rows.
private struct KernelInputs {
    let seed: UInt64
    let width: Int

    private static let sequences: [UInt32] = [0, 0, 1, 1, 9]
    private static let positions: [UInt32] = [0, 1, 0, 1, 7]
    private var rows: Int { Self.positions.count }

    private func numbers(_ stream: UInt64, _ count: Int, scale: Float = 1) -> [Float] {
        var random = SplitMix64(seed: seed &+ stream)
        return (0..<count).map { _ in scale * random.uniform() }
    }

    /// A third of the numbers is dropped.
    private func withDropout(_ body: (ck_dropout) -> Void) {
        unsafe Self.sequences.withUnsafeBufferPointer { sequences in
            unsafe Self.positions.withUnsafeBufferPointer { positions in
                unsafe body(
                    ck_dropout(
                        threshold: 21_845, scale: 65_536 / 43_691,
                        key: (UInt32(truncatingIfNeeded: seed), 0x299f_31d0), site: 7,
                        sequences: sequences.baseAddress, positions: positions.baseAddress))
            }
        }
    }

    func dropout(_ kernels: Kernels) -> [Float] {
        // Powers of two times the scale would not be whole in bf16; ones are compared as kept or
        // not.
        var values = [Float](repeating: 1, count: rows * width)
        unsafe withDropout { dropout in
            var dropout = unsafe dropout
            unsafe kernels.table.dropout_f32(&values, width, 0, rows, width, &dropout)
        }
        return values.map { $0 == 0 ? 0 : 1 }
    }

    func normForward(_ kernels: Kernels) -> [Float] {
        let (x, residual) = (numbers(1, rows * width), numbers(2, rows * width))
        let (gamma, beta) = (numbers(3, width), numbers(4, width))
        var normalized = [Float](repeating: 0, count: rows * width)
        var inverse = [Float](repeating: 0, count: rows)
        var y = normalized
        unsafe withDropout { dropout in
            unsafe normalized.withUnsafeMutableBufferPointer { normalized in
                unsafe inverse.withUnsafeMutableBufferPointer { inverse in
                    unsafe y.withUnsafeMutableBufferPointer { y in
                        unsafe Self.pointers([x, residual, gamma, beta]) { inputs in
                            var arguments = unsafe ck_norm_forward_args(
                                x: inputs[0], residual: inputs[1], ldx: width, ldr: width,
                                gamma: inputs[2], beta: inputs[3], epsilon: 1e-5,
                                normalized: normalized.baseAddress, inverse: inverse.baseAddress,
                                y: y.baseAddress, n: width, dropout: dropout)
                            unsafe kernels.table.norm_forward_f32(&arguments, 0, rows)
                        }
                    }
                }
            }
        }
        return y
    }

    func normBackward(_ kernels: Kernels) -> [Float] {
        let (dy, normalized) = (numbers(5, rows * width), numbers(6, rows * width))
        let (inverse, gamma) = (numbers(7, rows).map { abs($0) + 0.5 }, numbers(3, width))
        var ds = [Float](repeating: 0, count: rows * width)
        var dx = ds
        var sums = [Float](repeating: 0, count: 3 * width)
        unsafe withDropout { dropout in
            unsafe ds.withUnsafeMutableBufferPointer { ds in
                unsafe dx.withUnsafeMutableBufferPointer { dx in
                    unsafe Self.pointers([dy, normalized, inverse, gamma]) { inputs in
                        var arguments = unsafe ck_norm_backward_args(
                            dy: inputs[0], normalized: inputs[1], inverse: inputs[2],
                            gamma: inputs[3], ds: ds.baseAddress, dx: dx.baseAddress, n: width,
                            dropout: dropout)
                        unsafe kernels.table.norm_backward_f32(&arguments, 0, rows, &sums)
                    }
                }
            }
        }
        return ds + dx + sums
    }

    func gelu(_ kernels: Kernels) -> [Float] {
        let z = numbers(8, rows * width, scale: 6)
        var gradient = numbers(9, rows * width)
        var result = [Float](repeating: 0, count: rows * width)
        var sums = [Float](repeating: 0, count: width)
        unsafe kernels.table.gelu_backward_f32(z, &gradient, &result, rows, width, &sums)
        return gradient + result + sums
    }

    func adamW(_ kernels: Kernels) -> [Float] {
        var p = numbers(10, width)
        var (m, v) = (numbers(11, width, scale: 0.1), numbers(12, width).map { abs($0) })
        var step = ck_adamw_step(
            decay: 0.999, one_minus_beta1: 0.1, beta2: 0.999, one_minus_beta2: 0.001,
            step_size: 1e-3, correction: 0.03, epsilon: 1e-8, gradient_scale: 0.7)
        unsafe kernels.table.adamw_f32(&p, &m, &v, numbers(13, width), width, &step)
        return p + m + v
    }

    /// Calls `body` with the addresses of arrays.
    private static func pointers(
        _ arrays: [[Float]], _ body: ([UnsafePointer<Float>]) -> Void
    ) {
        let starts = arrays.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1.count) }
        unsafe arrays.flatMap { $0 }.withUnsafeBufferPointer { all in
            guard let first = all.baseAddress else { return }
            unsafe body(starts.map { unsafe first + $0 })
        }
    }
}

/// Inputs of attention: head 1 of two.
private struct AttentionInputs {
    let seed: UInt64
    let tokens: Int
    let size: Int

    func run(_ kernels: Kernels) -> (output: [Float], gradient: [Float]) {
        let width = 6 * size
        var random = SplitMix64(seed: seed &+ 33)
        var qkv = (0..<tokens * width).map { _ in random.uniform() }
        var slope = (0..<tokens * 2 * size).map { _ in random.uniform() }
        var output = [Float](repeating: 0, count: tokens * 2 * size)
        var gradient = [Float](repeating: 0, count: tokens * width)
        var scratch = [Float](
            repeating: 0, count: ck_attention_training_scratch(tokens, size) / 4 + 1)
        let (size, tokens) = (size, tokens)
        unsafe [UInt32(3)].withUnsafeBufferPointer { sequence in
            unsafe qkv.withUnsafeMutableBufferPointer { qkv in
                unsafe gradient.withUnsafeMutableBufferPointer { gradient in
                    unsafe output.withUnsafeMutableBufferPointer { output in
                        unsafe slope.withUnsafeMutableBufferPointer { slope in
                            guard let q = qkv.baseAddress, let dq = gradient.baseAddress,
                                let out = output.baseAddress, let dy = slope.baseAddress
                            else { return }
                            let dropout = unsafe ck_dropout(
                                threshold: 13_107, scale: 65_536 / 52_429,
                                key: (UInt32(truncatingIfNeeded: seed), 5), site: 4 | 1 << 16,
                                sequences: sequence.baseAddress, positions: sequence.baseAddress)
                            var arguments = unsafe ck_attention_training_args(
                                q: q + size, k: q + 3 * size, v: q + 5 * size, ld: width,
                                out: out + size, ldo: 2 * size, dq: dq + size, dk: dq + 3 * size,
                                dv: dq + 5 * size, tokens: tokens, head_size: size,
                                scale: 1 / Float(size).squareRoot(), dropout: dropout)
                            unsafe kernels.table.attention_forward_f32(&arguments, &scratch)
                            unsafe arguments.out = dy + size
                            unsafe kernels.table.attention_backward_f32(&arguments, &scratch)
                        }
                    }
                }
            }
        }
        return (output, gradient)
    }
}
