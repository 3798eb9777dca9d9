/// Bounds that real tokenizers stay far below. Without them a small file from a stranger could make
/// every text cost gigabytes or minutes.
enum TokenizerLimit {
    /// Bytes of a piece of the vocabulary or of an added token.
    static let pieceByteCountMax = 1_024
    /// Bytes that a charsmap puts in the place of a sequence; NFKC needs 33.
    static let replacementByteCountMax = 256
    /// Special tokens around a text.
    static let specialTokensMax = 8
    /// Characters of a word that WordPiece splits; BERT has 100.
    static let wordCharactersMax = 1_000
}
