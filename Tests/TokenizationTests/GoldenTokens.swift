import Foundation
import TestSupport
import Tokenization

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

    /// The real tokenizer, from tokenizer.json or from the SentencePiece model alone.
    static func e5Small(sentencePieceOnly: Bool = false) throws -> Tokenizer {
        guard sentencePieceOnly else { return try Tokenizer(folder: RealModel.e5Small) }
        return try TemporaryFolder.with { folder in
            let name = "sentencepiece.bpe.model"
            try FileManager.default.createSymbolicLink(
                at: folder.appendingPathComponent(name),
                withDestinationURL: RealModel.e5Small.appendingPathComponent(name))
            return try Tokenizer(folder: folder)
        }
    }
}
