/// A bound that every reader of a vocabulary checks, so that a damaged file cannot ask for more
/// memory than a real one needs.
package enum VocabularyLimit {
    /// Pieces of a vocabulary at most; XLM-RoBERTa's has 250,002.
    package static let countMax = 4_000_000
}
