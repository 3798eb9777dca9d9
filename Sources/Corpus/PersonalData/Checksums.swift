/// The check digits of numbers that carry them. Digits are values 0 to 9, not characters.
enum Checksums {
    /// T.C. kimlik no: 11 digits, the first not 0; the tenth is (7·odd − even) mod 10 over the
    /// first nine, the eleventh the sum of the first ten mod 10.
    static func isNationalID(_ digits: ArraySlice<UInt8>) -> Bool {
        guard digits.count == 11, let first = digits.first, first != 0 else { return false }
        let d = digits.map { Int($0) }
        let odd = d[0] + d[2] + d[4] + d[6] + d[8]
        let even = d[1] + d[3] + d[5] + d[7]
        guard d[9] == (odd * 7 - even + 100) % 10 else { return false }
        return d[10] == d[0..<10].reduce(0, +) % 10
    }

    /// Vergi kimlik no: 10 digits; each of the first nine is shifted by its distance from the end
    /// and multiplied by a power of two modulo 9 (a non-zero digit never counts as 0).
    static func isTaxNumber(_ digits: ArraySlice<UInt8>) -> Bool {
        guard digits.count == 10 else { return false }
        let d = digits.map { Int($0) }
        guard d.contains(where: { $0 != 0 }) else { return false }
        var sum = 0
        for index in 0..<9 {
            let shifted = (d[index] + 9 - index) % 10
            let folded = shifted * (1 << (9 - index)) % 9
            sum += shifted != 0 && folded == 0 ? 9 : folded
        }
        return d[9] == (10 - sum % 10) % 10
    }

    /// Luhn (ISO/IEC 7812): payment cards.
    static func isLuhn(_ digits: ArraySlice<UInt8>) -> Bool {
        var sum = 0
        for (distance, digit) in digits.reversed().enumerated() {
            let value = Int(digit) << (distance & 1)
            sum += value > 9 ? value - 9 : value
        }
        return sum % 10 == 0
    }

    /// ISO 7064 mod 97-10 over an IBAN without separators, upper case: the first four characters
    /// move to the end, letters count 10 to 35, and the remainder must be 1.
    static func isIBAN(_ characters: [UInt8]) -> Bool {
        guard characters.count > 4 else { return false }
        var remainder = 0
        for character in characters[4...] + characters[..<4] {
            if Bytes.isDigit(character) {
                remainder = (remainder * 10 + Int(character) - 48) % 97
            } else {
                remainder = (remainder * 100 + Int(character) - 55) % 97
            }
        }
        return remainder == 1
    }
}
