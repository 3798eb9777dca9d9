import AjanCKernels
import AjanCompute
import Foundation
import KernelCheck
import Testing

/// The variants that this machine can run beside the scalar reference, by name.
private let vectorVariants = KernelSelection.current.supported.filter { $0 != "scalar" }

private let checks = (0..<kernel_check_count()).map { index in
    unsafe String(cString: kernel_check_name(index))
}

@Suite("Kernel variants")
struct KernelVariantTests {
    @Test("CK_FORCE_ISA decides which variant runs; without it the fastest one does")
    func forcedVariantRuns() throws {
        let supported = KernelSelection.current.supported
        #expect(supported.first == "scalar")
        let forced = ProcessInfo.processInfo.environment["CK_FORCE_ISA"]
        #expect(KernelSelection.current.name == (forced ?? supported.last))
        #expect(KernelSelection.current.explanation.hasPrefix(KernelSelection.current.name))
    }

    @Test("every supported variant can be chosen by name; an unknown name gives the fastest")
    func chooses() throws {
        for name in KernelSelection.current.supported {
            let chosen = try unsafe #require(ck_choose(name))
            #expect(unsafe String(cString: chosen.pointee.name) == name)
        }
        for name in [nil, "", "sse9"] {
            let chosen = try unsafe #require(ck_choose(name))
            let fastest = KernelSelection.current.supported.last
            #expect(unsafe String(cString: chosen.pointee.name) == fastest)
        }
    }

    @Test(
        "every kernel matches the scalar reference: integers bit by bit, floats within their bound",
        arguments: vectorVariants, checks)
    func matchesScalar(variant: String, check: String) throws {
        let index = try #require(checks.firstIndex(of: check))
        let kernels = try unsafe #require(ck_choose(variant))
        let reference = try unsafe #require(ck_choose("scalar"))
        let report = unsafe kernel_check_run(index, kernels, reference)
        let first = unsafe withUnsafeBytes(of: report.first) { bytes in
            unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        #expect(report.cases > 1_000 && report.failures == 0, "\(variant) \(check): \(first)")
    }
}
