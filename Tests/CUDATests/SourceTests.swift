import Foundation
import TestSupport
import Testing

/// What is compiled for a device is compiled for the tests.
@Suite("The sources of the CUDA library")
struct SourceTests {
    /// The calls of cuBLASLt, which has no emulation; its place is taken by products.cpp.
    private static let onDeviceOnly: Set<String> = ["products_cublaslt.cu"]

    @Test("are all part of the emulation", arguments: ["attention", "kernels", "runtime", "probe"])
    func emulated(folder: String) throws {
        let cuda = Repository.root.appendingPathComponent("cuda")
        let names = try FileManager.default.contentsOfDirectory(
            atPath: cuda.appendingPathComponent(folder).path)
        let sources = names.filter { $0.hasSuffix(".cu") && !Self.onDeviceOnly.contains($0) }
        #expect(sources.count > 3, "the premise")
        for source in sources {
            let name = source.dropLast(3) + ".cpp"
            let twin = cuda.appendingPathComponent("emulation/\(folder)/\(name)")
            let text = try String(contentsOf: twin, encoding: .utf8)
            #expect(text == "#include \"../../\(folder)/\(source)\"\n")
        }
    }
}
