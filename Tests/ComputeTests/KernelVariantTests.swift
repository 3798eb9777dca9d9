import Compute
import Foundation
import Testing

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
}
