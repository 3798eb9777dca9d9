import AjanEmbed
import Foundation
import TestSupport
import Testing

@Suite("Damaged weights")
struct DamagedWeightTests {
    /// Writes NaN into the first number of `tensor` of the tiny model and gives the error.
    private func error(afterSpoiling tensor: String) throws -> String {
        let copy = FileManager.default.temporaryDirectory
            .appendingPathComponent("ajan-nan-\(UUID().uuidString)")
        try FileManager.default.copyItem(at: GoldenVectors.tinyFolder, to: copy)
        defer { try? FileManager.default.removeItem(at: copy) }
        // The whole row, so that any token of a spoiled embedding row is hit.
        try overwrite(tensor, in: copy, with: Array(repeating: .nan, count: 24))
        let error = #expect(throws: (any Error).self) {
            _ = try SentenceEncoder(copy, options: .f32()).encode(["kargo"], role: .query)
        }
        return error.map { "\($0)" } ?? ""
    }

    @Test("NaN in a linear layer is found when the model is opened")
    func linear() throws {
        let text = try error(afterSpoiling: "encoder.layer.1.output.dense.weight")
        #expect(text.contains("encoder.layer.1.output.dense.weight"), "\(text)")
        #expect(text.contains("not finite"))
    }

    @Test("vectors whose length overflows or vanishes never leave as vectors of length 1")
    func lengths() throws {
        for scale: Float in [1e30, 1e-30] {
            try TemporaryFolder.with { folder in
                let copy = folder.appendingPathComponent("model")
                try FileManager.default.copyItem(at: GoldenVectors.tinyFolder, to: copy)
                // A plain folder: no Dense module bounds what the last layer gives.
                try FileManager.default.removeItem(at: copy.appendingPathComponent("modules.json"))
                let norm = "encoder.layer.1.output.LayerNorm"
                try overwrite("\(norm).weight", in: copy, with: Array(repeating: scale, count: 24))
                try overwrite("\(norm).bias", in: copy, with: Array(repeating: 0, count: 24))
                let error = #expect(throws: ModelError.self) {
                    _ = try SentenceEncoder(copy, options: .f32())
                        .encode(["kargo", "iade"], role: .query)
                }
                guard case .notFinite(0, let cause)? = error else {
                    Issue.record("\(String(describing: error))")
                    return
                }
                #expect(cause.contains("cannot be scaled to 1"), "\(cause)")
                var raw = SentenceEncoder.Options.f32()
                raw.normalizes = false
                let vector = try SentenceEncoder(copy, options: raw)
                    .encode(["kargo"], role: .query)[0].vector
                #expect(vector.contains { $0 != 0 }, "the premise: only the scaling fails")
            }
        }
    }

    @Test("NaN in an embedding row never leaves as a vector, and the row is named")
    func embedding() throws {
        // Row 0 is <s>, which begins every text.
        let text = try error(afterSpoiling: "embeddings.word_embeddings.weight")
        #expect(text.contains("text 1") && text.contains("row 0"), "\(text)")
    }
}
