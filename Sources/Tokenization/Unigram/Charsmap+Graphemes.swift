extension Charsmap {
    /// Normalises as `tokenizers` does (`Precompiled`): by grapheme cluster.
    ///
    /// A cluster of fewer than 6 bytes is replaced as a whole by what its shortest known beginning
    /// maps to; otherwise every scalar on its own. That differs from SentencePiece on some
    /// decomposed text; models that ship a tokenizer.json were used this way, so it is right for
    /// them.
    func normalizeByGrapheme(_ text: [UInt8], _ range: Range<Int>, into out: inout NormalizedText) {
        var start = range.lowerBound
        while start < range.upperBound {
            let end = Self.endOfSimpleRun(text, start, range.upperBound)
            if end > start {
                for at in Self.scalarStarts(text, start, end) {
                    replace(text, at.lowerBound..<at.upperBound, into: &out)
                }
                start = end
                continue
            }
            let complex = Self.endOfComplexRun(text, start, range.upperBound)
            normalizeClusters(text, start..<complex, into: &out)
            start = complex
        }
    }

    /// Largest cluster, in bytes, that is looked up as a whole.
    private static let clusterByteCountMax = 5

    private func normalizeClusters(
        _ text: [UInt8], _ range: Range<Int>, into out: inout NormalizedText
    ) {
        var at = range.lowerBound
        for character in String(decoding: text[range], as: UTF8.self) {
            let count = character.utf8.count
            let cluster = at..<at + count
            if count <= Self.clusterByteCountMax, let found = lookup(text[cluster], .shortest) {
                out.append(found.replacement, origin: cluster)
            } else {
                for scalar in Self.scalarStarts(text, cluster.lowerBound, cluster.upperBound) {
                    replace(text, scalar, into: &out)
                }
            }
            at += count
        }
    }

    /// Appends what one scalar becomes.
    @inline(__always)
    private func replace(_ text: [UInt8], _ scalar: Range<Int>, into out: inout NormalizedText) {
        if scalar.count == 1, standing[Int(text[scalar.lowerBound])] {
            out.append(text[scalar.lowerBound], origin: scalar)
        } else if let found = lookup(text[scalar], .shortest) {
            out.append(found.replacement, origin: scalar)
        } else {
            out.append(text[scalar], origin: scalar)
        }
    }

    /// The scalars between two boundaries.
    @inline(__always)
    private static func scalarStarts(
        _ text: [UInt8], _ start: Int, _ end: Int
    ) -> some Sequence<Range<Int>> {
        sequence(state: start) { at -> Range<Int>? in
            guard at < end else { return nil }
            let length = UTF8Scan.length(text[at])
            defer { at += length }
            return at..<min(at + length, end)
        }
    }

    /// How far scalars go from `start` that each are a cluster of their own.
    private static func endOfSimpleRun(_ text: [UInt8], _ start: Int, _ limit: Int) -> Int {
        var at = start
        while at < limit, isSimple(text, at) { at += UTF8Scan.length(text[at]) }
        // What follows a run may combine with its last scalar.
        guard at < limit, at > start else { return at }
        return UTF8Scan.startOfPrevious(text, at)
    }

    /// The end of the scalars from `start` on whose clusters need the Unicode rules: up to a place
    /// between two simple scalars.
    private static func endOfComplexRun(_ text: [UInt8], _ start: Int, _ limit: Int) -> Int {
        var at = start + UTF8Scan.length(text[start])
        var wasSimple = isSimple(text, start)
        while at < limit {
            let simple = isSimple(text, at)
            if simple, wasSimple { return at }
            wasSimple = simple
            at += UTF8Scan.length(text[at])
        }
        return limit
    }

    /// Scalars that never join a neighbour of the same kind: below U+0300 (no combining marks begin
    /// there) but for carriage return, and the common punctuation U+2010 to U+2027.
    @inline(__always)
    private static func isSimple(_ text: [UInt8], _ at: Int) -> Bool {
        let byte = text[at]
        if byte < 0x80 { return byte != 0x0D }
        if byte < 0xCC { return true }
        guard byte == 0xE2, at + 2 < text.count, text[at + 1] == 0x80 else { return false }
        return (0x90...0xA7).contains(text[at + 2])
    }
}
