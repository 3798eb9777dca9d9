import AjanTokenization
import Foundation
import TestSupport

/// Token ids by the reference implementations. Made by Tools/reference/make_tokenizer_fixtures.py.
struct GoldenTokens: Decodable {
    let texts: [String]
    let tokenizers: [[Int32]]
    let sentencepiece: [[Int32]]
    /// Byte ranges by `tokenizers`.
    let offsets: [[[Int]]]
    /// Ids by BERT's tokenizer, cased and uncased.
    let bert: [String: [[Int32]]]

    static let fixtures = Repository.fixtures("TokenizationTests")

    static func hostile() throws -> GoldenTokens {
        let file = fixtures.appendingPathComponent("hostile.json")
        return try JSONDecoder().decode(GoldenTokens.self, from: Data(contentsOf: file))
    }

    /// FNV-1a over the little-endian bytes of ids.
    static func hash(_ ids: [Int32]) -> UInt32 {
        var value: UInt32 = 0x811C_9DC5
        for id in ids {
            let bits = UInt32(bitPattern: id)
            for shift in stride(from: UInt32(0), to: 32, by: 8) {
                value = (value ^ (bits >> shift & 0xFF)) &* 0x0100_0193
            }
        }
        return value
    }

    /// The roads to the real tokenizer.
    enum Road: CaseIterable {
        case json
        /// The mapped cache beside tokenizer.json.
        case cache
        case sentencePiece
    }

    /// The real tokenizer.
    static func e5Small(_ road: Road = .json) throws -> Tokenizer {
        try TemporaryFolder.with { folder in
            let name = road == .sentencePiece ? "sentencepiece.bpe.model" : "tokenizer.json"
            try FileManager.default.createSymbolicLink(
                at: folder.appendingPathComponent(name),
                withDestinationURL: RealModel.e5Small.appendingPathComponent(name))
            if road == .cache { _ = try TokenizerCache.write(for: folder, into: folder) }
            return try Tokenizer(folder: folder)
        }
    }
}
