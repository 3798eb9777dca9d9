/// Length, and the shares of letters and digits.
struct ShapeFilter: Sendable {
    static let version = 1
    let settings: FilterSettings

    func reason(_ text: String, wordCount: Int) -> DropReason? {
        var (characters, letters, digits, spaces) = (0, 0, 0, 0)
        for byte in text.utf8 {
            // Characters are counted by their first bytes; a character beyond ASCII is a letter
            // here, but for those of general punctuation and symbols (E2, F0).
            if byte & 0xC0 == 0x80 { continue }
            characters += 1
            if byte == 0x20 {
                spaces += 1
            } else if Bytes.isDigit(byte) {
                digits += 1
            } else if Bytes.isASCIILetter(byte) || (byte >= 0xC3 && byte != 0xE2 && byte < 0xF0) {
                letters += 1
            }
        }
        let visible = Double(max(1, characters - spaces))
        if characters < settings.characters.lowerBound || wordCount < settings.wordsMin {
            return .tooShort
        }
        if characters > settings.characters.upperBound { return .tooLong }
        if Double(digits) / visible > settings.digitShareMax { return .manyDigits }
        if Double(letters) / visible < settings.letterShareMin { return .fewLetters }
        return nil
    }
}
