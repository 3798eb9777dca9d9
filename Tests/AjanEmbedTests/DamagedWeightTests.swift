import AjanEmbed
import Foundation
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

    @Test("NaN in an embedding row never leaves as a vector, and the row is named")
    func embedding() throws {
        // Row 0 is <s>, which begins every text.
        let text = try error(afterSpoiling: "embeddings.word_embeddings.weight")
        #expect(text.contains("text 1") && text.contains("row 0"), "\(text)")
    }
}
