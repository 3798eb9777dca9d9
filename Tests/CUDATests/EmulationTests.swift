import EmulationCheck
import Testing

/// What the CUDA kernels are tested on has to be right itself, and has to notice what would go
/// wrong on a device.
@Suite("The emulation of CUDA")
struct EmulationTests {
    private static let checks = (0..<emulation_check_count()).map {
        unsafe String(cString: emulation_check_name($0))
    }

    @Test("holds", arguments: Array(checks.enumerated()))
    func check(index: Int, name: String) {
        var problem = [CChar](repeating: 0, count: 512)
        let holds = unsafe emulation_check_run(index, &problem, problem.count)
        let text = String(decoding: problem.prefix { $0 != 0 }.map(UInt8.init), as: UTF8.self)
        #expect(holds != 0, "\(name): \(text)")
    }

    @Test("has its checks")
    func premise() {
        #expect(Self.checks.count > 30)
    }
}
