/// Slips at the seams of Turkish words: apostrophes, particles, punctuation.
enum SuffixNoise {
    /// Particles that stand alone and are often joined to the word before them.
    private static let particles: Set<String> = [
        "de", "da", "ki", "mi", "mı", "mu", "mü", "ile",
    ]
    private static let apostrophes: Set<Character> = ["'", "’", "ʼ", "`"]
    /// A word must keep so many letters before a "ki" that is split off.
    private static let stemLettersMin = 5

    /// Particles joined to the word before; nothing where an apostrophe stood.
    static func joined(_ text: String) -> String {
        var out = ""
        for word in text.split(separator: " ", omittingEmptySubsequences: false) {
            let plain = TurkishCasing.lowercased(word.filter(\.isLetter))
            let follows = out.last.map { $0.isLetter } ?? false
            if !out.isEmpty, !(follows && particles.contains(plain)) { out += " " }
            out += String(withoutApostrophe(word, filling: ""))
        }
        return out
    }

    /// A space where an apostrophe stood, and before a final "ki" of long words.
    static func split(_ text: String) -> String {
        let words = text.split(separator: " ", omittingEmptySubsequences: false)
        return words.map { word in
            let open = withoutApostrophe(word, filling: " ")
            let letters = open.prefix { $0.isLetter }
            guard letters.count >= stemLettersMin + 2, letters.hasSuffix("ki") else { return open }
            let stem = letters.dropLast(2)
            return stem + " " + open.dropFirst(stem.count)
        }.joined(separator: " ")
    }

    /// Punctuation goes unless letters or digits stand on both sides of it.
    static func withoutPunctuation(_ text: String) -> String {
        let characters = Array(text)
        func isInside(_ index: Int) -> Bool {
            guard index > 0, index + 1 < characters.count else { return false }
            return [index - 1, index + 1].allSatisfy {
                characters[$0].isLetter || characters[$0].isNumber
            }
        }
        let kept = characters.indices.filter { !characters[$0].isPunctuation || isInside($0) }
        return String(kept.map { characters[$0] }).split(separator: " ").joined(separator: " ")
    }

    private static func withoutApostrophe(_ word: Substring, filling: String) -> String {
        guard let place = word.firstIndex(where: apostrophes.contains), place > word.startIndex,
            word.index(after: place) < word.endIndex
        else { return String(word) }
        return word[..<place] + filling + word[word.index(after: place)...]
    }
}
