extension Tokenizer {
    /// Appends the tokens of `text`, without special tokens around them.
    func encodeContent(_ text: [UInt8], into encoding: inout Encoding) {
        scratches.with { scratch in
            if addedTokens.isEmpty {
                encodePart(text, 0..<text.count, into: &encoding, &scratch)
                return
            }
            for part in addedTokens.split(text, 0..<text.count) {
                if let id = part.token {
                    encoding.append(id, part.range)
                } else {
                    encodePart(text, part.range, into: &encoding, &scratch)
                }
            }
        }
    }

    /// Appends the tokens of a part of the text that holds no added token.
    private func encodePart(
        _ text: [UInt8], _ range: Range<Int>, into encoding: inout Encoding,
        _ scratch: inout TokenizerScratch
    ) {
        guard case .unigramWords(_, let words) = preparation, words.lowercasesTurkish else {
            return encodeCased(text, range, into: &encoding, &scratch)
        }
        var lower = NormalizedText(capacity: range.count + 8)
        TurkishLowerCase.apply(text, range, into: &lower)
        var own = Encoding()
        encodeCased(lower.bytes, 0..<lower.bytes.count, into: &own, &scratch)
        for (id, offset) in zip(own.ids, own.offsets) {
            encoding.append(id, lower.original(offset))
        }
    }

    /// The same when letters stay as they are.
    private func encodeCased(
        _ text: [UInt8], _ range: Range<Int>, into encoding: inout Encoding,
        _ scratch: inout TokenizerScratch
    ) {
        if case .unigramWords(_, let words) = preparation, words.splitsAtWhitespace,
            case .unigram(let model) = model
        {
            encodeWords(text, range, model, into: &encoding, &scratch)
        } else {
            encodeAny(text, range, into: &encoding, &scratch)
        }
    }

    /// Takes plain words as they stand, and whatever lies between them the long way round.
    private func encodeWords(
        _ text: [UInt8], _ range: Range<Int>, _ model: UnigramModel,
        into encoding: inout Encoding, _ scratch: inout TokenizerScratch
    ) {
        var at = range.lowerBound
        while at < range.upperBound {
            let start = text[at] == UInt8(ascii: " ") ? at + 1 : at
            if let word = plainText.word(text, start, range.upperBound) {
                if word.end > start {
                    encodeWord(text, start, word, model, into: &encoding, &scratch)
                }
                at = word.end
            } else {
                let end = plainText.endOfOther(text, start, range.upperBound)
                encodeAny(text, at..<end, into: &encoding, &scratch)
                at = end
            }
        }
    }

    private func encodeWord(
        _ text: [UInt8], _ start: Int, _ word: PlainText.Word, _ model: UnigramModel,
        into encoding: inout Encoding, _ scratch: inout TokenizerScratch
    ) {
        if let key = word.key, scratch.words.append(key, start: start, to: &encoding) { return }
        let first = encoding.ids.count
        scratch.word.removeAll(keepingCapacity: true)
        scratch.word += Metaspace.bytes
        scratch.word += text[start..<word.end]
        model.segment(scratch.word, 0..<scratch.word.count, &scratch.segmentation)
        // The `▁` lies, as far as there is one, over the first character.
        let mark = Metaspace.bytes.count
        let firstEnd = start + UTF8Scan.length(text[start])
        var from = start
        for piece in scratch.segmentation.pieces {
            let end = piece.end > mark ? start + piece.end - mark : firstEnd
            encoding.append(piece.id, from..<end)
            from = piece.end > mark ? end : start
        }
        if let key = word.key {
            scratch.words.insert(key, start: start, from: first, of: encoding)
        }
    }

    /// The long way round, which is right for every text.
    private func encodeAny(
        _ text: [UInt8], _ range: Range<Int>, into encoding: inout Encoding,
        _ scratch: inout TokenizerScratch
    ) {
        var normalized = NormalizedText(capacity: range.count + range.count / 4 + 8)
        switch preparation {
        case .bert(let bert):
            bert.normalize(text, range, into: &normalized)
            BertText.forEachWord(normalized.bytes, 0..<normalized.bytes.count) { word in
                segment(normalized, word, into: &encoding, &scratch)
            }
        case .sentencePiece(let charsmap):
            charsmap.normalizeByLongestMatch(text, into: &normalized)
            segment(normalized, 0..<normalized.bytes.count, into: &encoding, &scratch)
        case .unigramWords(let charsmap, let words):
            if let charsmap {
                charsmap.normalizeByGrapheme(text, range, into: &normalized)
            } else {
                for at in range { normalized.append(text[at], origin: at..<at + 1) }
            }
            normalized = words.prepare(normalized)
            UnigramWords.forEachWord(normalized.bytes) { word in
                segment(normalized, word, into: &encoding, &scratch)
            }
        }
    }

    private func segment(
        _ text: NormalizedText, _ word: Range<Int>, into encoding: inout Encoding,
        _ scratch: inout TokenizerScratch
    ) {
        switch model {
        case .unigram(let model):
            model.segment(text.bytes, word, &scratch.segmentation)
            var start = word.lowerBound
            for piece in scratch.segmentation.pieces {
                let end = word.lowerBound + piece.end
                encoding.append(piece.id, text.original(start..<end))
                start = end
            }
        case .wordPiece(let model):
            model.segment(text.bytes, word) { id, range in
                encoding.append(id, text.original(range))
            }
        }
    }
}
