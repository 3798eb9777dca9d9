/// A WordPiece vocabulary: the longest piece that fits, again and again.
/// Source: `tokenizers`, `WordPiece`.
struct WordPieceModel: Sendable {
    let trie: PieceTrie
    let unknownID: Int32
    /// Stands before pieces that continue a word: `##`.
    let continuation: [UInt8]
    /// Longer words are unknown as a whole.
    let charactersMax: Int

    /// Splits one word and gives its pieces to `emit`; a word with a part that no piece fits is
    /// unknown as a whole.
    func segment(
        _ bytes: [UInt8], _ word: Range<Int>, _ emit: (_ id: Int32, _ range: Range<Int>) -> Void
    ) {
        let characters = bytes[word].reduce(0) { $0 + ($1 & 0xC0 == 0x80 ? 0 : 1) }
        var pieces: [(id: Int32, range: Range<Int>)] = []
        var start = word.lowerBound
        while start < word.upperBound, characters <= charactersMax {
            guard let piece = longest(bytes, start, word) else { break }
            pieces.append(piece)
            start = piece.range.upperBound
        }
        guard start == word.upperBound else {
            emit(unknownID, word)
            return
        }
        for piece in pieces { emit(piece.id, piece.range) }
    }

    private func longest(
        _ bytes: [UInt8], _ start: Int, _ word: Range<Int>
    ) -> (id: Int32, range: Range<Int>)? {
        var node = trie.root
        if start > word.lowerBound {
            for byte in continuation {
                guard let next = trie.child(of: node, byte) else { return nil }
                node = next
            }
        }
        var found: (id: Int32, range: Range<Int>)?
        var at = start
        while at < word.upperBound, let next = trie.child(of: node, bytes[at]) {
            node = next
            at += 1
            let id = trie.value(at: node)
            if id >= 0 { found = (id, start..<at) }
        }
        return found
    }
}
