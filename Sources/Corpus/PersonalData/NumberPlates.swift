/// Finds Turkish number plates: province 01 to 81, one to three letters, two to five digits.
enum NumberPlates {
    /// The plate that begins at `start` (a digit at a token start), if there is one.
    static func match(_ view: ByteView, at start: Int) -> PersonalDataMatch? {
        guard Bytes.isDigit(view[start + 1]), !Bytes.isDigit(view[start + 2]),
            !isJoined(view[start - 1])
        else { return nil }
        let province = Int(view[start] - 48) * 10 + Int(view[start + 1] - 48)
        guard (1...81).contains(province) else { return nil }
        var index = start + 2
        let first = gap(view, index)
        index += first
        let letters = index
        while isPlateLetter(view[index]), index - letters < 4 { index += 1 }
        let letterCount = index - letters
        let second = gap(view, index)
        guard (1...3).contains(letterCount), (first > 0) == (second > 0) else { return nil }
        index += second
        let digits = index
        while Bytes.isDigit(view[index]), index - digits < 6 { index += 1 }
        guard isLength(index - digits, letters: letterCount), view.isNumberEnd(index),
            view[index] != UInt8(ascii: "-") || !Bytes.isAlphanumeric(view[index + 1]),
            !words.contains(Array(view.bytes[letters..<(letters + letterCount)])),
            !isUnit(view, after: index)
        else { return nil }
        return PersonalDataMatch(type: .numberPlate, range: start..<index)
    }

    private static func gap(_ view: ByteView, _ index: Int) -> Int {
        view[index] == 32 || view[index] == UInt8(ascii: "-") ? 1 : 0
    }

    private static func isJoined(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: ".") || byte == UInt8(ascii: ",") || byte == UInt8(ascii: "-")
            || byte == UInt8(ascii: "/") || byte == UInt8(ascii: "_")
    }

    /// Plates use the Latin capitals without Q, W, X and without the letters outside ASCII.
    private static func isPlateLetter(_ byte: UInt8) -> Bool {
        Bytes.isUpper(byte) && byte != UInt8(ascii: "Q") && byte != UInt8(ascii: "W")
            && byte != UInt8(ascii: "X")
    }

    /// One letter goes with four or five digits, two with three or four, three with two or three.
    private static func isLength(_ digits: Int, letters: Int) -> Bool {
        switch letters {
        case 1: digits == 4 || digits == 5
        case 2: digits == 3 || digits == 4
        default: digits == 2 || digits == 3
        }
    }

    /// Units, currencies and months that stand between two numbers in ordinary text.
    private static let words: Set<[UInt8]> = Set(
        [
            "TL", "KG", "GR", "CM", "MM", "KM", "GB", "MB", "TB", "KB", "HZ", "KHZ", "MHZ", "GHZ",
            "KW", "MW", "KV", "MV", "MA", "ML", "CL", "LT", "DB", "USD", "EUR", "TRY", "GBP", "CHF",
            "SN", "DK", "HP", "BG", "PS", "NO", "VE", "BIT", "PIN", "FPS", "DPI", "RPM", "PPM",
            "CC",
            "OCA", "MAR", "NIS", "MAY", "HAZ", "TEM", "AGU", "EYL", "EKI", "KAS", "ARA", "SUB",
            "JAN", "FEB", "APR", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC", "ISO", "TS", "EN",
        ].map { Array($0.utf8) })

    /// The word after the digits is a unit of measure: `12 V 2000 mA`.
    private static func isUnit(_ view: ByteView, after index: Int) -> Bool {
        guard view[index] == 32 else { return false }
        var end = index + 1
        while Bytes.isAlphanumeric(view[end]), end - index < 12 { end += 1 }
        return units.contains(Context.lowercased(view, (index + 1)..<end))
    }

    private static let units: Set<[UInt8]> = Set(
        [
            "ma", "mah", "a", "w", "kw", "v", "hz", "mhz", "ghz", "gb", "mb", "rpm", "tl", "lira",
            "adet", "kg", "gram", "metre", "cm", "mm", "km", "devir", "sayfa", "puan", "kişi",
        ].map { Array($0.utf8) })
}
