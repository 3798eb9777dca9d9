extension Tokenizer {
    /// Appends the tokens of `text`, without special tokens around them.
    func encodeContent(_ text: [UInt8], into encoding: inout Encoding) {
        if addedTokens.isEmpty {
            encodePlain(text, 0..<text.count, into: &encoding)
            return
        }
        for part in addedTokens.split(text, 0..<text.count) {
            if let id = part.token {
                encoding.append(id, part.range)
            } else {
                encodePlain(text, part.range, into: &encoding)
            }
        }
    }

    private func encodePlain(_ text: [UInt8], _ range: Range<Int>, into encoding: inout Encoding) {
        var normalized = NormalizedText(capacity: range.count + range.count / 4 + 8)
        switch preparation {
        case .bert(let bert): bert.normalize(text, range, into: &normalized)
        case .sentencePiece(let charsmap):
            charsmap.normalizeByLongestMatch(text, into: &normalized)
            segment(normalized, 0..<normalized.bytes.count, into: &encoding)
            return
        case .unigramWords(let charsmap, let words):
            if let charsmap {
                charsmap.normalizeByGrapheme(text, range, into: &normalized)
            } else {
                for at in range { normalized.append(text[at], origin: at..<at + 1) }
            }
            normalized = words.prepare(normalized)
        }
        segmentWords(normalized, into: &encoding)
    }

    private func segmentWords(_ text: NormalizedText, into encoding: inout Encoding) {
        switch preparation {
        case .bert:
            BertText.forEachWord(text.bytes, 0..<text.bytes.count) { word in
                segment(text, word, into: &encoding)
            }
        case .unigramWords, .sentencePiece:
            UnigramWords.forEachWord(text.bytes) { word in segment(text, word, into: &encoding) }
        }
    }

    private func segment(
        _ text: NormalizedText, _ word: Range<Int>, into encoding: inout Encoding
    ) {
        switch model {
        case .unigram(let model):
            model.segment(text.bytes, word) { id, range in
                encoding.append(id, text.original(range))
            }
        case .wordPiece(let model):
            model.segment(text.bytes, word) { id, range in
                encoding.append(id, text.original(range))
            }
        }
    }
}
