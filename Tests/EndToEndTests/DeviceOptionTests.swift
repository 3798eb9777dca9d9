import Foundation
import TestSupport
import Testing

@Suite("--device")
struct DeviceOptionTests {
    /// Where no library is.
    private static let environment = ["AJAN_CUDA_LIBRARY": "/nowhere/libajan_cuda.so"]

    @Test("cuda without its library has status 1 and one line, before any work")
    func missing() throws {
        try TemporaryFolder.with { folder in
            let tiny = try TinyDistillation(in: folder)
            let run = folder.appendingPathComponent("run").path
            for arguments in [
                ["embed", "--model", tinyModel, "--device", "cuda", "iade"],
                ["distill", tiny.recipe.path, "--output", run, "--device", "cuda"],
            ] {
                let outcome = try Program.run(arguments, environment: Self.environment)
                #expect(outcome.status == 1, "\(outcome.error)")
                #expect(outcome.error.hasPrefix("ajan: /nowhere/libajan_cuda.so: "))
                #expect(outcome.error.contains("make cuda"))
                #expect(outcome.error.split(separator: "\n").count == 1, "\(outcome.error)")
                #expect(outcome.output.isEmpty)
            }
            #expect(!FileManager.default.fileExists(atPath: run))
        }
    }

    @Test("auto without a device gives the processor's bytes, and says why in one line")
    func auto() throws {
        let base = ["embed", "--model", tinyModel, "iade", "fatura"]
        let expected = try Program.run(base)
        let outcome = try Program.run(
            base + ["--device", "auto"], environment: Self.environment)
        #expect(outcome.status == 0)
        #expect(outcome.output == expected.output)
        #expect(outcome.error.hasPrefix("device: the processor, because /nowhere/"))
        #expect(outcome.error.split(separator: "\n").count == 1)
        #expect(expected.error.isEmpty, "the default asks for no device")
    }

    @Test("is told by ajan doctor, and an unknown one is a wrong command line")
    func doctor() throws {
        let outcome = try Program.run(["doctor"], environment: Self.environment)
        #expect(outcome.text.contains("device          the processor, because /nowhere/"))
        let wrong = try Program.run(["embed", "--device", "gpu", "iade"])
        #expect(wrong.status == 2 && wrong.error.contains("cuda"))
    }
}
