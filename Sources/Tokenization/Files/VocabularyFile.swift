import AjanJSON
import Foundation

/// Reads `vocab.txt`, one piece per line, with the flags of `tokenizer_config.json`: BERT's own
/// files.
struct VocabularyFile {
    private let file: String
    private var vocabulary = VocabularyReader()
    private var text = BertText()

    init(_ bytes: [UInt8], folder: URL) throws(TokenizationError) {
        file = folder.appendingPathComponent("vocab.txt").path
        var lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        for line in lines {
            let piece = line.last == 0x0D ? line.dropLast() : line
            if let problem = vocabulary.problem(with: piece) {
                throw .damaged(file: file, problem: problem)
            }
            vocabulary.append(Array(piece))
        }
        let url = folder.appendingPathComponent("tokenizer_config.json")
        guard let json = try BoundedFile.bytes(at: url) else { return }
        let config = try JSONScanner.value(of: json, file: url.path)
        text.lowercases = config["do_lower_case"]?.bool ?? true
        text.stripsAccents = config["strip_accents"]?.bool
        text.spacesChinese = config["tokenize_chinese_chars"]?.bool ?? true
    }

    func tokenizer() throws(TokenizationError) -> Tokenizer {
        let trie = try vocabulary.trie(file: file)
        func id(_ piece: String) throws(TokenizationError) -> Int32 {
            let id = trie.value(of: piece.utf8)
            guard id >= 0 else {
                throw .damaged(file: file, problem: "the piece \(piece) is missing")
            }
            return id
        }
        let unknown = try id("[UNK]")
        var added: [AddedTokens.Token] = []
        for piece in ["[UNK]", "[CLS]", "[SEP]", "[PAD]", "[MASK]"] {
            let id = trie.value(of: piece.utf8)
            if id >= 0 { added.append(AddedTokens.Token(bytes: Array(piece.utf8), id: id)) }
        }
        let tokens = AddedTokens(added)
        return Tokenizer(
            vocabularySize: vocabulary.count, prefixIDs: [try id("[CLS]")],
            suffixIDs: [try id("[SEP]")], preparation: .bert(text),
            model: .wordPiece(
                WordPieceModel(
                    trie: trie, unknownID: unknown, continuation: Array("##".utf8),
                    charactersMax: 100)),
            addedTokens: tokens,
            pieces: vocabulary.pieceTable(adding: tokens, size: vocabulary.count))
    }
}
