package import AjanTurkishText

/// Choices that hold for the life of an index.
package struct IndexSettings: Codable, Equatable, Sendable {
    /// Tokens of a passage at most, its heading not counted.
    package var passageTokens: Int
    /// Tokens at most that a passage repeats from the end of the one before it.
    package var overlapTokens: Int
    /// How words are cut for BM25, after Turkish folding and the cut at the apostrophe.
    package var stemming: SearchTokenizer.Stemming

    /// Settings; `problem` tells what is wrong with them, if anything.
    package init(
        passageTokens: Int = 256, overlapTokens: Int = 32,
        stemming: SearchTokenizer.Stemming = .firstFive
    ) {
        self.passageTokens = passageTokens
        self.overlapTokens = overlapTokens
        self.stemming = stemming
    }

    /// Why these settings cannot be used; nil when they can.
    package var problem: String? {
        if !(16...8192).contains(passageTokens) {
            return "passages of \(passageTokens) tokens: choose between 16 and 8192"
        }
        if !(0...passageTokens / 2).contains(overlapTokens) {
            return "an overlap of \(overlapTokens) tokens: choose between 0 and half a passage"
        }
        return nil
    }
}
