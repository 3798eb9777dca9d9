/// Drops texts with a word of a short list of insults and obscenities. Off by default: the list is
/// blunt, it drops reports about such words as well, and what a corpus may hold is for its maker to
/// decide.
struct OffensiveFilter: Sendable {
    static let version = 1

    /// Folded words; suffixes follow a stem of four letters or more.
    private static let stems = [
        "orospu", "pezevenk", "siktir", "sikerim", "sikeyim", "amcik", "yarrak", "yarak", "ibne",
        "kahpe", "gavat", "serefsiz", "gerizekali", "kaltak", "surtuk",
    ].map { Array($0.utf8) }

    func isOffensive(_ text: FoldedText) -> Bool {
        var start = 0
        for end in text.wordEnds {
            let word = text.bytes[start..<end]
            if Self.stems.contains(where: { word.starts(with: $0) }) { return true }
            start = end + 1
        }
        return false
    }
}
