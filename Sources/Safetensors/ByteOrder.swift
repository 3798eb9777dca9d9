extension Sequence<String> {
    /// In the order of their UTF-8 bytes, which is the same on every machine and in every language.
    func sortedByBytes() -> [String] {
        sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
}
