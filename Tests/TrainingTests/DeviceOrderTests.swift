import AjanCompute
import AjanTraining
import CUDAEmulation
import Testing

/// A kernel that works only by luck of timing gives other numbers when its warps come in another
/// order; so does work on one stream that does not wait for what it needs of another one.
@Suite("A step on a device")
struct DeviceOrderTests {
    /// One objective that the device computes itself, and one that it leaves to the caller.
    private static let objectives = [
        Objective([.init(.meanSquaredError), .init(.cosine, weight: 0.5)]),
        Objective([.init(.meanSquaredError), .init(.relational, weight: 0.3)]),
    ]

    @Test(
        "gives the same bits in whatever order warps, blocks and streams come",
        arguments: [Backend.deviceF32, .deviceBF16])
    func order(on backend: Backend) throws {
        defer { ajan_cuda_emulated_order(0) }
        for objective in Self.objectives {
            var results: [[UInt32]] = []
            for seed: UInt64 in [0, 1, 2, 7] {
                ajan_cuda_emulated_order(seed)
                let trainer = try backend.trainer(
                    TinyStudent.make("tiny-xlm-roberta"),
                    .test(objective: objective, dropout: .init()))
                for step: UInt64 in 0..<2 {
                    _ = try trainer.step([
                        TinyStudent.batch(seed: 2 * step, sequences: 8),
                        TinyStudent.batch(seed: 2 * step + 1, sequences: 30, longest: 9),
                    ])
                }
                try trainer.synchronize()
                results.append(trainer.student.bits)
            }
            #expect(results.allSatisfy { $0 == results[0] })
        }
    }
}
