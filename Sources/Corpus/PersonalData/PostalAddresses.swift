/// Finds Turkish postal addresses: a street or quarter with its name, followed by a house number, a
/// flat, a postal code or a town. A street name alone is no address.
enum PostalAddresses {
    /// The address whose street word (`Mah.`, `Caddesi`, `Sokak` ...) begins at `keyword`, if there
    /// is one. `floor` is where the search to the left must stop.
    static func match(_ view: ByteView, keyword: Int, floor: Int) -> PersonalDataMatch? {
        let word = AddressWord(view, at: keyword)
        guard word.role == .street, let start = nameStart(view, before: keyword, floor: floor)
        else {
            return nil
        }
        var walker = AddressWalker(view: view, index: word.end, end: word.end)
        walker.walk()
        guard walker.hasNumber else { return nil }
        return PersonalDataMatch(type: .postalAddress, range: start..<walker.end)
    }

    /// Start of the name before a street word: up to five words that begin with a capital or a
    /// digit.
    private static func nameStart(_ view: ByteView, before keyword: Int, floor: Int) -> Int? {
        var start: Int?
        var end = keyword
        for _ in 0..<5 {
            var stop = end
            while stop > floor, view[stop - 1] == 32 { stop -= 1 }
            var begin = stop
            while begin > floor, isNameByte(view[begin - 1]) { begin -= 1 }
            guard begin < stop, end - stop <= 2 else { break }
            let word = AddressWord(view, at: begin)
            guard isCapital(view, begin) || Bytes.isDigit(view[begin]), word.role != .label else {
                break
            }
            start = begin
            end = begin
        }
        return start
    }

    static func isNameByte(_ byte: UInt8) -> Bool {
        Bytes.isAlphanumeric(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "'")
    }

    /// A capital letter begins at `index`, ASCII or Turkish.
    static func isCapital(_ view: ByteView, _ index: Int) -> Bool {
        if Bytes.isUpper(view[index]) { return true }
        switch (view[index], view[index + 1]) {
        case (0xC3, 0x80...0x9E): return true
        case (0xC4, 0x9E), (0xC4, 0xB0), (0xC5, 0x9E): return true
        default: return false
        }
    }
}

/// A word of an address and what it stands for.
struct AddressWord {
    enum Role {
        /// Mahalle, cadde, sokak, bulvar ...
        case street
        /// Apartman, site, blok, plaza ...
        case building
        /// No, kat, daire: a number follows.
        case number
        /// "Adres", "ev", "iş": before an address, no part of it.
        case label
        case other
    }

    let role: Role
    /// Offset behind the word and its abbreviation point.
    let end: Int

    init(_ view: ByteView, at start: Int) {
        var index = start
        while Bytes.isAlphanumeric(view[index]), index - start < 24 { index += 1 }
        role = Self.role(view, start..<index)
        end = role != .other && view[index] == UInt8(ascii: ".") ? index + 1 : index
    }

    /// Turkish letters to ASCII, lower case: `SOKAĞI` and `sokağı` are one word.
    private static func role(_ view: ByteView, _ range: Range<Int>) -> Role {
        var (index, count, hash) = (range.lowerBound, 0, Mix.seed)
        while index < range.upperBound {
            let (letter, width) = LetterFold.fold(view.bytes, at: index)
            index += width
            guard letter != 0 else { continue }
            hash = Mix.step(hash, letter)
            count += 1
            // "Adresim", "adresimiz" ... are as good as "adres".
            if hash == address { return .label }
            if count > lettersMax { return .other }
        }
        return roles[hash] ?? .other
    }

    private static func hash(_ word: String) -> UInt64 { word.utf8.reduce(Mix.seed, Mix.step) }

    private static let address = hash("adres")
    /// Letters of the longest word with a role.
    private static let lettersMax = 9

    /// By the hash of a word; the words are so few that no two share one.
    private static let roles: [UInt64: Role] = {
        var roles: [UInt64: Role] = [:]
        let streets = [
            "mah", "mh", "mahallesi", "mahalle", "cad", "cd", "caddesi", "cadde", "sok", "sk",
            "sokak",
            "sokagi", "bulvari", "bulvar", "blv", "bul", "yolu", "meydani", "koyu", "mevkii",
        ]
        let buildings = [
            "apt", "ap", "apartmani", "apartman", "sitesi", "site", "sit", "blok", "plaza", "han",
            "hani", "merkezi", "rezidans", "konutlari", "evleri", "is", "kule",
        ]
        for word in streets { roles[hash(word)] = .street }
        for word in buildings { roles[hash(word)] = .building }
        for word in ["no", "nu", "kat", "k", "daire", "d", "kapi", "ic"] {
            roles[hash(word)] = .number
        }
        for word in ["ev", "evim", "isyeri", "subemiz", "ikametgah"] {
            roles[hash(word)] = .label
        }
        return roles
    }()

    /// Whether a street word may begin with this byte; a cheap test before the real one.
    static func mayBeStreet(_ byte: UInt8) -> Bool {
        switch byte | 0x20 {
        case UInt8(ascii: "m"), UInt8(ascii: "c"), UInt8(ascii: "s"), UInt8(ascii: "b"),
            UInt8(ascii: "y"), UInt8(ascii: "k"):
            true
        default: false
        }
    }
}

/// Walks right from a street word over the parts of an address.
private struct AddressWalker {
    let view: ByteView
    /// Where reading goes on.
    var index: Int
    /// Behind the last part that belongs to the address.
    var end: Int
    /// A house number, flat or postal code was seen.
    var hasNumber = false

    private static let maxNames = 5

    /// Goes on as long as part follows part.
    mutating func walk() {
        while takeNumberPart() || takeNamedPart() || takePostalCode() || takeTown() {}
    }

    /// Skips spaces, commas, dots, dashes; at most four, one line end among them.
    private func skipped(from start: Int) -> Int {
        var at = start
        while at - start < 4 {
            switch view[at] {
            case 32, 10, UInt8(ascii: ","), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: ":"):
                at += 1
            default: return at
            }
        }
        return at
    }

    /// `No: 12/3`, `Kat 4`, `D:5`, `K.2`, or a bare `15/3` right behind the street.
    private mutating func takeNumberPart() -> Bool {
        var at = skipped(from: index)
        let word = AddressWord(view, at: at)
        let isLabelled = word.role == .number
        if isLabelled { at = skipped(from: word.end) }
        let first = at
        while Bytes.isDigit(view[at]), at - first < 4 { at += 1 }
        guard at > first, !Bytes.isDigit(view[at]) else { return false }
        var hasSlash = false
        if Bytes.isASCIILetter(view[at]), !Bytes.isAlphanumeric(view[at + 1]) { at += 1 }
        while view[at] == UInt8(ascii: "/") || view[at] == UInt8(ascii: "-"),
            Bytes.isAlphanumeric(view[at + 1])
        {
            hasSlash = true
            at += 1
            let second = at
            while Bytes.isAlphanumeric(view[at]), at - second < 4 { at += 1 }
        }
        guard isLabelled || hasSlash, !Bytes.isAlphanumeric(view[at]) else { return false }
        hasNumber = true
        return accept(at)
    }

    /// Names that lead to another street or building word: `Moda Cad.`, `Güneş Apt.`, `B Blok`.
    private mutating func takeNamedPart() -> Bool {
        var at = skipped(from: index)
        for _ in 0..<Self.maxNames {
            let word = AddressWord(view, at: at)
            if word.role == .street || word.role == .building {
                // "Blok B"
                return accept(word.end)
            }
            guard PostalAddresses.isCapital(view, at) || Bytes.isDigit(view[at]) else {
                return false
            }
            var next = word.end
            if view[next] == UInt8(ascii: ".") { next += 1 }
            guard view[next] == 32, next > at else { return false }
            at = next + 1
        }
        return false
    }

    /// Five digits, 01000 to 81999.
    private mutating func takePostalCode() -> Bool {
        let at = skipped(from: index)
        for offset in 0..<5 where !Bytes.isDigit(view[at + offset]) { return false }
        let province = Int(view[at] - 48) * 10 + Int(view[at + 1]) - 48
        guard (1...81).contains(province), view.isNumberEnd(at + 5) else { return false }
        hasNumber = true
        return accept(at + 5)
    }

    /// `Kadıköy/İstanbul`, `Çankaya / Ankara`: two capitalised words with a slash.
    private mutating func takeTown() -> Bool {
        guard hasNumber else { return false }
        var at = skipped(from: index)
        guard let first = capitalisedEnd(at) else { return false }
        at = first
        while view[at] == 32 { at += 1 }
        guard view[at] == UInt8(ascii: "/") else { return false }
        at += 1
        while view[at] == 32 { at += 1 }
        guard let second = capitalisedEnd(at) else { return false }
        return accept(second)
    }

    private func capitalisedEnd(_ start: Int) -> Int? {
        guard PostalAddresses.isCapital(view, start) else { return nil }
        var at = start
        while Bytes.isASCIILetter(view[at]) || view[at] >= 128 { at += 1 }
        return at
    }

    private mutating func accept(_ at: Int) -> Bool {
        index = at
        end = at
        return true
    }
}
