import AjanCompute
import Foundation
import TestSupport
import Testing

@Suite("ajan with every variant of the kernels that runs here")
struct VariantTests {
    private static let texts = [
        "kargom ne zaman gelir?", "İade süresi on dört gündür; ürün kullanılmamış olmalıdır.",
    ]

    /// Variants with the same f32 kernels differ only in how they sum integers: not at all. AMX
    /// rounds the factors of attention.
    private static func floatKernels(of variant: String) -> String {
        switch variant {
        case "avx2", "avxvnni": "avx2"
        case "avx512", "avx512vnni": "avx512"
        case "neon", "neondot": "neon"
        default: variant
        }
    }

    private func environment(_ variant: String) -> [String: String] { ["CK_FORCE_ISA": variant] }

    private func vectors(_ variant: String) throws -> [[Float]] {
        let outcome = try Program.run(
            ["embed", "--model", tinyModel, "--precision", "int8", "--format", "csv"] + Self.texts,
            environment: environment(variant))
        #expect(outcome.status == 0, "\(variant): \(outcome.error)")
        return outcome.text.split(separator: "\n").dropFirst().map { line in
            line.split(separator: ",").dropFirst(3).compactMap { Float($0) }
        }
    }

    @Test("names the variant that CK_FORCE_ISA asks for")
    func namesIt() throws {
        for variant in KernelSelection.current.supported {
            let outcome = try Program.run(["doctor", "--json"], environment: environment(variant))
            let object = try JSONSerialization.jsonObject(with: outcome.output) as? [String: Any]
            #expect(object?["kernels"] as? String == "\(variant) (CK_FORCE_ISA)")
        }
    }

    @Test("gives the same int8 vectors: bit for bit with the same f32 kernels, else nearly")
    func agrees() throws {
        let expected = try vectors("scalar")
        #expect(expected.count == Self.texts.count && expected.allSatisfy { $0.count == 32 })
        var seen: [String: [[Float]]] = [:]
        for variant in KernelSelection.current.supported {
            let got = try vectors(variant)
            let family = Self.floatKernels(of: variant)
            #expect(got == seen[family, default: got], "\(variant) and \(family)")
            seen[family] = got
            for (vector, reference) in zip(got, expected) {
                let cosine = zip(vector, reference).reduce(0) { $0 + $1.0 * $1.1 }
                #expect(cosine > 0.999, "\(variant): \(cosine)")
            }
        }
    }
}
