import AjanTurkishText
import GRDB

/// Gives SQLite's full-text search our Turkish terms: its own tokenizers cannot match "IŞIK" with
/// "ışık", nor "İSTANBUL'DA" with "istanbul".
final class TurkishFTS5Tokenizer: FTS5CustomTokenizer {
    static let name = "ajan_turkish"

    private let analyzer: SearchTokenizer

    init(db: Database, arguments: [String]) throws {
        guard let stemming = arguments.first.flatMap(SearchTokenizer.Stemming.init) else {
            throw DatabaseError(
                message: "\(Self.name) needs a way to stem: "
                    + SearchTokenizer.Stemming.allCases.map(\.rawValue).joined(separator: ", "))
        }
        analyzer = SearchTokenizer(stemming: stemming)
    }

    func tokenize(
        context: UnsafeMutableRawPointer?, tokenization: FTS5Tokenization,
        pText: UnsafePointer<CChar>?, nText: CInt, tokenCallback: @escaping FTS5TokenCallback
    ) -> CInt {
        guard let pText = unsafe pText, nText > 0 else { return 0 }
        let bytes = unsafe UnsafeRawBufferPointer(start: pText, count: Int(nText))
        for term in analyzer.terms(of: unsafe String(decoding: bytes, as: UTF8.self)) {
            var text = term.text
            let status = text.withUTF8 { utf8 in
                unsafe utf8.withMemoryRebound(to: CChar.self) { characters in
                    unsafe tokenCallback(
                        context, 0, characters.baseAddress, CInt(characters.count),
                        CInt(term.byteRange.lowerBound), CInt(term.byteRange.upperBound))
                }
            }
            if status != 0 { return status }
        }
        return 0
    }
}
