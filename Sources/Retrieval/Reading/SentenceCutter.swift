/// Sentences of a text, without the white space around them.
enum SentenceCutter {
    static func sentences(of text: String) -> [Range<String.Index>] {
        var ranges: [Range<String.Index>] = []
        var start = text.startIndex
        var index = text.startIndex
        func close(at end: String.Index) {
            let part = text[start..<end]
            guard let first = part.firstIndex(where: { !$0.isWhitespace }),
                let last = part.lastIndex(where: { !$0.isWhitespace })
            else { return }
            ranges.append(first..<text.index(after: last))
        }
        while index < text.endIndex {
            let character = text[index]
            let next = text.index(after: index)
            let ends =
                character.isNewline
                || (".!?…".contains(character)
                    && (next == text.endIndex || text[next].isWhitespace))
            if ends {
                close(at: next)
                start = next
            }
            index = next
        }
        close(at: text.endIndex)
        return ranges
    }
}
