import AjanCKernels
import AjanCompute
import KernelBench
import Testing

/// What a run of the benchmark reported.
private final class Rates {
    var rates: [(rate: Double, hash: UInt64)] = []
}

@Suite("Kernel benchmark")
struct KernelBenchTests {
    /// One run over two small token counts.
    private func run(_ variant: String) throws -> [(rate: Double, hash: UInt64)] {
        let kernels = try unsafe #require(ck_choose(variant))
        let rates = Rates()
        let context = unsafe Unmanaged.passUnretained(rates).toOpaque()
        let status = unsafe kernel_bench_run(
            kernels, [1, 3], 2, 0, 1,
            { rate, context in
                guard let rate = unsafe rate, let context = unsafe context else { return }
                unsafe Unmanaged<Rates>.fromOpaque(context).takeUnretainedValue()
                    .rates.append((rate.pointee.rate, rate.pointee.hash))
            }, context)
        #expect(status == 0)
        return rates.rates
    }

    @Test("measures every kernel at every shape, and its outputs are the same in every run")
    func measures() throws {
        let variant = KernelSelection.current.name
        let first = try run(variant)
        let second = try run(variant)
        #expect(first.count == 2 * (8 + 8 + 2 + 2))
        #expect(first.allSatisfy { $0.rate > 0 && $0.rate.isFinite })
        #expect(first.map(\.hash) == second.map(\.hash))
    }

    @Test("the peak of a vector variant is known on x86-64")
    func peaks() {
        for variant in KernelSelection.current.supported
        where variant != "scalar" && !variant.hasPrefix("neon") {
            let peak = unsafe kernel_bench_peak(variant, 1)
            #expect(peak.f32 > 0 && peak.i8 > 0, "\(variant)")
        }
    }
}
