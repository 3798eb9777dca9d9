import AjanCompute
import AjanEncoder
import AjanSafetensors
import Foundation
import TestSupport

/// A tiny random model with what `transformers` and `sentence-transformers` make of it.
/// Made by Tools/reference/make_encoder_fixtures.py.
struct TinyModel {
    static let names = ["tiny-xlm-roberta", "tiny-bert"]

    struct Expected: Decodable {
        let sequences: [[Int32]]
        /// Per sequence, `[tokens, hiddenSize]`, row-major.
        let hiddenStates: [[Float]]
        /// Per pooling mode and sequence.
        let pooled: [String: [[Float]]]

        enum CodingKeys: String, CodingKey {
            case sequences
            case hiddenStates = "hidden_states"
            case pooled
        }
    }

    let folder: URL
    let configuration: EncoderConfiguration
    let expected: Expected

    init(_ name: String) throws {
        folder = Repository.fixtures("EncoderTests").appendingPathComponent(name)
        configuration = try EncoderConfiguration(
            contentsOf: folder.appendingPathComponent("config.json"))
        expected = try JSONDecoder().decode(
            Expected.self, from: Data(contentsOf: folder.appendingPathComponent("expected.json")))
    }

    func encoder(
        file: String = "model.safetensors", format: WeightFormat = .f32
    ) throws -> TransformerEncoder {
        try TransformerEncoder(
            configuration: configuration,
            checkpoint: Checkpoint(file: folder.appendingPathComponent(file)), format: format,
            pool: ComputePool(threads: 1))
    }
}

extension Matrix {
    /// All numbers, row by row.
    var numbers: [Float] { (0..<rows).flatMap { row($0) } }
}

/// The largest absolute difference; infinite when the counts differ or a number is not finite.
func largestDifference(_ a: [Float], _ b: [Float]) -> Float {
    guard a.count == b.count else { return .infinity }
    let differences = zip(a, b).map { abs($0 - $1) }
    return differences.allSatisfy(\.isFinite) ? differences.max() ?? 0 : .infinity
}
