import AjanCompute

/// Tokens that are cut out of a text before the model sees it, such as `</s>` or `[MASK]`.
///
/// A user who types one gets the special token; that is what the reference does, and what text in a
/// corpus about tokenizers looks like. Source: `tokenizers`, `AddedVocabulary`.
struct AddedTokens: Sendable {
    /// One of them, with the flags of tokenizer.json.
    struct Token: Sendable, Equatable {
        let bytes: [UInt8]
        let id: Int32
        /// Also takes the spaces before it.
        var stripsLeft = false
        /// Also takes the spaces after it.
        var stripsRight = false
        /// Only counts when no letter or digit touches it.
        var isSingleWord = false

        /// What is wrong with `bytes` as the text of a token; nil when nothing is.
        static func problem(with bytes: [UInt8]) -> String? {
            if bytes.isEmpty { return "an added token without text" }
            if String(validating: bytes, as: UTF8.self) == nil {
                return "an added token that is not valid UTF-8"
            }
            let limit = TokenizerLimit.pieceByteCountMax
            return bytes.count <= limit
                ? nil : "an added token of \(bytes.count) bytes; the limit is \(limit)"
        }
    }

    /// A part of the text: plain, or one added token.
    struct Part: Equatable {
        let range: Range<Int>
        let token: Int32?
    }

    let tokens: [Token]
    private let trie: PieceTrie
    /// First bytes of tokens, for skipping through text that has none.
    private let firstBytes: [Bool]

    init(_ tokens: [Token]) {
        self.tokens = tokens
        var firstBytes = [Bool](repeating: false, count: 256)
        for token in tokens { if let first = token.bytes.first { firstBytes[Int(first)] = true } }
        self.firstBytes = firstBytes
        // Of two tokens with the same text the first counts.
        var first: [[UInt8]: Int] = [:]
        for (index, token) in tokens.enumerated() where first[token.bytes] == nil {
            first[token.bytes] = index
        }
        let distinct = first.values.sorted()
        let built = try? PieceTrie(
            count: distinct.count, piece: { tokens[distinct[$0]].bytes[...] },
            value: { Int32(distinct[$0]) })
        trie = built ?? PieceTrie(units: RegionArray([]))
    }

    var isEmpty: Bool { tokens.isEmpty }

    /// Cuts `bytes[range]` at the tokens: leftmost first, then longest.
    func split(_ bytes: [UInt8], _ range: Range<Int>) -> [Part] {
        var parts: [Part] = []
        var plain = range.lowerBound
        var at = range.lowerBound
        while at < range.upperBound {
            guard firstBytes[Int(bytes[at])], let match = match(bytes, at, range) else {
                at += 1
                continue
            }
            at = match.end
            guard isAllowed(match.token, bytes, match.start..<match.end, range) else { continue }
            let token = match.token
            let start = token.stripsLeft ? spaceBefore(bytes, match.start, plain) : match.start
            let end = token.stripsRight ? spaceAfter(bytes, match.end, range.upperBound) : match.end
            if start > plain { parts.append(Part(range: plain..<start, token: nil)) }
            parts.append(Part(range: start..<end, token: token.id))
            plain = end
            at = max(at, end)
        }
        if plain < range.upperBound {
            parts.append(Part(range: plain..<range.upperBound, token: nil))
        }
        return parts
    }

    private func match(
        _ bytes: [UInt8], _ start: Int, _ range: Range<Int>
    ) -> (token: Token, start: Int, end: Int)? {
        var node = trie.root
        var found: (token: Token, start: Int, end: Int)?
        var at = start
        while at < range.upperBound, let next = trie.child(of: node, bytes[at]) {
            node = next
            at += 1
            let value = trie.value(at: node)
            if value >= 0 { found = (tokens[Int(value)], start, at) }
        }
        return found
    }

    private func isAllowed(
        _ token: Token, _ bytes: [UInt8], _ match: Range<Int>, _ range: Range<Int>
    ) -> Bool {
        guard token.isSingleWord else { return true }
        let before =
            match.lowerBound > range.lowerBound
            && Self.isWord(bytes, UTF8Scan.startOfPrevious(bytes, match.lowerBound))
        let after = match.upperBound < range.upperBound && Self.isWord(bytes, match.upperBound)
        return !before && !after
    }

    private static func isWord(_ bytes: [UInt8], _ at: Int) -> Bool {
        guard let scalar = Unicode.Scalar(UTF8Scan.scalar(bytes, at)) else { return false }
        return scalar == "_" || scalar.properties.isAlphabetic
            || scalar.properties.numericType != nil
    }

    private func spaceBefore(_ bytes: [UInt8], _ start: Int, _ limit: Int) -> Int {
        var at = start
        while at > limit {
            let previous = UTF8Scan.startOfPrevious(bytes, at)
            guard UTF8Scan.isWhitespace(bytes, previous) else { break }
            at = previous
        }
        return at
    }

    private func spaceAfter(_ bytes: [UInt8], _ end: Int, _ limit: Int) -> Int {
        var at = end
        while at < limit, UTF8Scan.isWhitespace(bytes, at) { at += UTF8Scan.length(bytes[at]) }
        return at
    }
}
