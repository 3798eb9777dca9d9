extension Charsmap {
    /// Normalises as SentencePiece does: at every place the longest known sequence is replaced.
    ///
    /// Also SentencePiece's treatment of spaces: runs become one, spaces at both ends go, and a
    /// space stands before the text. Source: `normalizer.cc`, `Normalize`.
    func normalizeByLongestMatch(_ text: [UInt8], into out: inout NormalizedText) {
        let space = UInt8(ascii: " ")
        out.append(Metaspace.bytes, origin: 0..<0)
        var isAfterSpace = true
        var at = 0
        while at < text.count {
            let (length, replacement) = next(text, at)
            let origin = at..<at + length
            for byte in replacement {
                if byte != space {
                    out.append(byte, origin: origin)
                    isAfterSpace = false
                } else if !isAfterSpace {
                    out.append(Metaspace.bytes, origin: origin)
                    isAfterSpace = true
                }
            }
            at += length
        }
        // A space at the end, or the one put before a text without letters.
        if isAfterSpace { out.removeLast(Metaspace.bytes.count) }
    }

    private func next(_ text: [UInt8], _ at: Int) -> (length: Int, replacement: ArraySlice<UInt8>) {
        if let found = lookup(text[at...], .longest) { return (found.length, found.replacement) }
        let length = min(UTF8Scan.length(text[at]), text.count - at)
        return (length, text[at..<at + length])
    }
}
