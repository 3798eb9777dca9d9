/// Finds numbers that carry a check digit: T.C. kimlik no, vergi no, payment cards, IBAN.
enum IdentityNumbers {
    /// The identity number that begins at `start` (a digit at a token start), if there is one.
    static func match(_ view: ByteView, at start: Int) -> PersonalDataMatch? {
        guard !isInsideDecimal(view, start) else { return nil }
        let run = DigitRun(view, at: start)
        if let end = paymentCardEnd(run, view) {
            return PersonalDataMatch(type: .paymentCard, range: start..<end)
        }
        if let piece = run.prefix(11),
            piece.groups.count == 1 || Array(piece.groups) == [3, 3, 3, 2],
            view.isNumberEnd(piece.end), Checksums.isNationalID(piece.digits)
        {
            return PersonalDataMatch(type: .nationalID, range: start..<piece.end)
        }
        if let piece = run.prefix(10), isTaxGrouping(piece.groups), view.isNumberEnd(piece.end),
            Checksums.isTaxNumber(piece.digits), Context.mentionsTax(view, start..<piece.end)
        {
            return PersonalDataMatch(type: .taxNumber, range: start..<piece.end)
        }
        return nil
    }

    private static func isTaxGrouping(_ groups: ArraySlice<Int>) -> Bool {
        groups.count == 1 || Array(groups) == [3, 3, 4] || Array(groups) == [3, 3, 2, 2]
    }

    /// `0,12345678901` and `1.10000000146` are decimals, not identity numbers.
    private static func isInsideDecimal(_ view: ByteView, _ start: Int) -> Bool {
        let before = view[start - 1]
        return (before == UInt8(ascii: ",") || before == UInt8(ascii: "."))
            && Bytes.isDigit(view[start - 2])
    }

    // MARK: Payment cards

    private static func paymentCardEnd(_ run: DigitRun, _ view: ByteView) -> Int? {
        for length in [16, 15, 14, 19] {
            guard let piece = run.prefix(length), view.isNumberEnd(piece.end),
                isCardGrouping(Array(piece.groups)), isIssuer(piece.digits),
                Checksums.isLuhn(piece.digits)
            else { continue }
            return piece.end
        }
        return nil
    }

    private static func isCardGrouping(_ groups: [Int]) -> Bool {
        groups.count == 1 || groups == [4, 4, 4, 4] || groups == [4, 6, 5] || groups == [4, 6, 4]
            || groups == [4, 4, 4, 4, 3]
    }

    /// Issuer ranges in use: Visa 4, Mastercard 51-55 and 2221-2720, Troy 9792 and 65, American
    /// Express 34 and 37 (15 digits), Diners 36, 38 and 300-305 (14), Discover 6011 and 644-649,
    /// JCB 3528-3589, UnionPay 62, Maestro 50 and 56-69 where 19 digits long.
    private static func isIssuer(_ digits: ArraySlice<UInt8>) -> Bool {
        let four = digits.prefix(4).reduce(0) { $0 * 10 + Int($1) }
        switch digits.count {
        case 14: return four / 100 == 36 || four / 100 == 38 || (300...305).contains(four / 10)
        case 15: return four / 100 == 34 || four / 100 == 37
        case 16:
            return four / 1000 == 4 || (51...55).contains(four / 100) || four == 9792
                || (2221...2720).contains(four) || four / 100 == 65 || four == 6011
                || (644...649).contains(four / 10) || (3528...3589).contains(four)
                || four / 100 == 62
        default: return four / 1000 == 4 || four / 100 == 62 || four / 1000 == 6
        }
    }

    // MARK: IBAN

    /// The IBAN that begins at `start` (two capital letters at a token start), if there is one.
    static func ibanMatch(_ view: ByteView, at start: Int) -> PersonalDataMatch? {
        let country = [view[start], view[start + 1]]
        guard Bytes.isDigit(view[start + 2]) || view.separatorWidth(at: start + 2) > 0,
            let length = ibanLengths[country]
        else { return nil }
        var characters: [UInt8] = []
        var index = start
        while characters.count < length {
            let byte = view[index]
            let width = view.separatorWidth(at: index)
            if Bytes.isDigit(byte) || Bytes.isUpper(byte) {
                characters.append(byte)
                index += 1
            } else if width > 0, characters.count >= 2 {
                index += width
            } else {
                return nil
            }
        }
        let next = view[index]
        guard !Bytes.isDigit(next), !Bytes.isASCIILetter(next), Checksums.isIBAN(characters) else {
            return nil
        }
        return PersonalDataMatch(type: .iban, range: start..<index)
    }

    /// Lengths by country from the SWIFT IBAN registry, for the countries that write to Turkey
    /// most.
    private static let ibanLengths: [[UInt8]: Int] = Dictionary(
        uniqueKeysWithValues: [
            ("TR", 26), ("DE", 22), ("FR", 27), ("GB", 22), ("NL", 18), ("BE", 16), ("AT", 20),
            ("CH", 21), ("IT", 27), ("ES", 24), ("PT", 25), ("GR", 27), ("BG", 22), ("RO", 24),
            ("AZ", 28), ("CY", 28), ("KZ", 20), ("GE", 22), ("SA", 24), ("AE", 23), ("QA", 29),
            ("KW", 30), ("SE", 24), ("NO", 15), ("DK", 18), ("FI", 18), ("PL", 28), ("CZ", 24),
            ("HU", 28), ("UA", 29), ("LU", 20), ("IE", 22), ("MK", 19), ("AL", 28), ("RS", 22),
            ("BA", 20), ("HR", 21), ("SI", 19), ("SK", 24), ("LT", 20), ("LV", 21), ("EE", 20),
            ("MT", 31), ("IL", 23), ("JO", 30), ("LB", 28), ("PK", 24), ("TN", 24), ("MD", 24),
        ].map { (Array($0.0.utf8), $0.1) })
}

/// Words around a number that say what it is.
enum Context {
    /// A tax number has one check digit, which every tenth number of ten digits passes: it counts
    /// only beside a word that says so.
    static func mentionsTax(_ view: ByteView, _ range: Range<Int>) -> Bool {
        let before = lowercased(view, (range.lowerBound - 48)..<range.lowerBound)
        let after = lowercased(view, range.upperBound..<(range.upperBound + 32))
        return ["vergi", "vkn", "v.k.n", "v.d.", "mükellef"].contains { word in
            let word = Array(word.utf8)
            return contains(before, word) || contains(after, word)
        }
    }

    /// The word before `start`, ASCII letters in lower case, without punctuation at its ends.
    static func wordBefore(_ view: ByteView, _ start: Int) -> [UInt8] {
        var end = start
        while end > 0, !Bytes.isAlphanumeric(view[end - 1]), start - end < 4 { end -= 1 }
        var begin = end
        while begin > 0, Bytes.isAlphanumeric(view[begin - 1]), end - begin < 24 { begin -= 1 }
        return lowercased(view, begin..<end)
    }

    static func lowercased(_ view: ByteView, _ range: Range<Int>) -> [UInt8] {
        range.compactMap { index in
            let byte = view[index]
            return byte == 0 ? nil : Bytes.isUpper(byte) ? byte | 0x20 : byte
        }
    }

    static func contains(_ bytes: [UInt8], _ word: [UInt8]) -> Bool {
        guard bytes.count >= word.count else { return false }
        return (0...(bytes.count - word.count)).contains { bytes[$0...].starts(with: word) }
    }
}
