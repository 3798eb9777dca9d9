extension Sequence<String> {
    /// In the order of their UTF-8 bytes, which is the same on every machine and in every language.
    package func sortedByBytes() -> [String] { sortedByBytes(\.self) }
}

extension Sequence {
    /// In the order of the UTF-8 bytes of what `text` gives for each.
    package func sortedByBytes(_ text: (Element) -> String) -> [Element] {
        sorted { text($0).utf8.lexicographicallyPrecedes(text($1).utf8) }
    }
}
