/// Finds e-mail, IP and MAC addresses.
enum NetworkAddresses {
    // MARK: E-mail

    /// The e-mail address around the `@` at `index`, if there is one.
    static func emailMatch(_ view: ByteView, at index: Int) -> PersonalDataMatch? {
        var start = index
        while isLocal(view[start - 1]), index - start < 64 { start -= 1 }
        while start < index, !Bytes.isAlphanumeric(view[start]) { start += 1 }
        guard start < index, view[index - 1] != UInt8(ascii: "."),
            let end = domainEnd(view, index + 1)
        else { return nil }
        return PersonalDataMatch(type: .email, range: start..<end)
    }

    private static func isLocal(_ byte: UInt8) -> Bool {
        Bytes.isDigit(byte) || Bytes.isASCIILetter(byte) || byte >= 0xC3 && byte <= 0xC5
            || (byte >= 0x80 && byte < 0xC0) || "._%+-".utf8.contains(byte)
    }

    /// The end of a host name with at least two labels, the last of two or more letters;
    /// `örnek.com.7` is none.
    private static func domainEnd(_ view: ByteView, _ start: Int) -> Int? {
        var index = start
        var best: Int?
        var labels = 0
        while true {
            let label = index
            while isHost(view, index) { index += 1 }
            guard index > label, view[label] != UInt8(ascii: "-") else { break }
            labels += 1
            var end = index
            while end > label, view[end - 1] == UInt8(ascii: "-") { end -= 1 }
            let isTop = (label..<end).allSatisfy { view.isLetter(at: $0) || view[$0] >= 128 }
            best = labels >= 2 && isTop && end - label >= 2 ? end : nil
            guard end == index, view[index] == UInt8(ascii: "."), isHost(view, index + 1) else {
                break
            }
            index += 1
        }
        return best
    }

    private static func isHost(_ view: ByteView, _ index: Int) -> Bool {
        let byte = view[index]
        if byte == 0xE2 { return false }
        return Bytes.isAlphanumeric(byte) || byte == UInt8(ascii: "-")
    }

    // MARK: MAC

    /// The MAC address that begins at `start` (a hex digit at a token start): six pairs joined by
    /// `:` or `-`, or three groups of four joined by `.`.
    static func macMatch(_ view: ByteView, at start: Int) -> PersonalDataMatch? {
        let pair = view[start + 2]
        let isPairs = pair == UInt8(ascii: ":") || pair == UInt8(ascii: "-")
        let isQuads = view[start + 4] == UInt8(ascii: ".")
        let before = view[start - 1]
        guard isPairs || isQuads,
            before != UInt8(ascii: ":") && before != UInt8(ascii: "-")
                || !Bytes.isHex(view[start - 2])
        else { return nil }
        let (groups, width, separator) = isPairs ? (6, 2, pair) : (3, 4, UInt8(ascii: "."))
        var index = start
        for group in 0..<groups {
            for offset in 0..<width where !Bytes.isHex(view[index + offset]) { return nil }
            index += width
            if group < groups - 1 {
                guard view[index] == separator else { return nil }
                index += 1
            }
        }
        let next = view[index]
        guard !Bytes.isAlphanumeric(next), next != separator || !Bytes.isHex(view[index + 1]) else {
            return nil
        }
        // Three groups of four decimal digits are a number with thousands separators, not an
        // address.
        if isQuads, !(start..<index).contains(where: { Bytes.isASCIILetter(view[$0]) }) {
            return nil
        }
        return PersonalDataMatch(type: .macAddress, range: start..<index)
    }

    // MARK: IP

    /// The IPv4 address that begins at `start` (a digit at a token start), unless it is the number
    /// of a version or of a section.
    static func ipv4Match(_ view: ByteView, at start: Int) -> PersonalDataMatch? {
        guard view[start - 1] != UInt8(ascii: "."), view[start - 1] != UInt8(ascii: ",") else {
            return nil
        }
        var index = start
        var isSmall = true
        for octet in 0..<4 {
            var value = 0
            let first = index
            while Bytes.isDigit(view[index]), index - first < 4 {
                value = value * 10 + Int(view[index]) - 48
                index += 1
            }
            let length = index - first
            guard length > 0, value <= 255, length == 1 || view[first] != UInt8(ascii: "0") else {
                return nil
            }
            isSmall = isSmall && value < 32
            if octet < 3 {
                guard view[index] == UInt8(ascii: ".") else { return nil }
                index += 1
            }
        }
        let next = view[index]
        let continues = next == UInt8(ascii: ".") && Bytes.isAlphanumeric(view[index + 1])
        guard !Bytes.isAlphanumeric(next) || next >= 0xC6, !continues, next != UInt8(ascii: "-"),
            next != UInt8(ascii: "_"), !(isSmall && isHeading(view, start..<index)),
            !versionWords.contains(Context.wordBefore(view, start))
        else { return nil }
        return PersonalDataMatch(type: .ipAddress, range: start..<index)
    }

    /// `1.2.3.4 Başlık` or `1.2.3.4. Başlık` at the start of a line.
    private static func isHeading(_ view: ByteView, _ range: Range<Int>) -> Bool {
        let before = view[range.lowerBound - 1]
        guard before == 0 || before == 10 else { return false }
        var index = range.upperBound
        if view[index] == UInt8(ascii: ".") { index += 1 }
        return view[index] == 32 && PostalAddresses.isCapital(view, index + 1)
    }

    private static let versionWords: Set<[UInt8]> = Set(
        [
            "v", "ver", "version", "sürüm", "sürümü", "sürümünü", "sürümüne", "sürümünde",
            "sürümden",
            "release", "build", "yapı", "derleme", "madde", "bölüm", "bölümü", "firmware", "oid",
            "yama", "yaması", "güncelleme", "şekil", "tablo", "sürümlü", "numarası", "no",
        ].map { Array($0.utf8) })

    /// The IPv6 address that begins at `start` (a hex digit or `::` at a token start).
    static func ipv6Match(_ view: ByteView, at start: Int) -> PersonalDataMatch? {
        var index = start
        var colons = 0
        while Bytes.isHex(view[index]) || view[index] == UInt8(ascii: ":"), index - start < 48 {
            if view[index] == UInt8(ascii: ":") { colons += 1 }
            index += 1
        }
        while index > start, view[index - 1] == UInt8(ascii: ":"),
            view[index - 2] != UInt8(ascii: ":")
        {
            index -= 1
            colons -= 1
        }
        guard colons >= 2, !Bytes.isAlphanumeric(view[index]),
            isIPv6(view.bytes[start..<index])
        else { return nil }
        return PersonalDataMatch(type: .ipAddress, range: start..<index)
    }

    /// Eight groups of one to four hex digits, or fewer with exactly one `::`.
    private static func isIPv6(_ bytes: ArraySlice<UInt8>) -> Bool {
        let groups = bytes.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard groups.allSatisfy({ $0.count <= 4 }) else { return false }
        let full = groups.filter { !$0.isEmpty }.count
        let pairs = zip(bytes, bytes.dropFirst())
            .count { $0 == UInt8(ascii: ":") && $1 == UInt8(ascii: ":") }
        let hasDigit = bytes.contains(where: Bytes.isDigit)
        switch pairs {
        case 0: return full == 8 && groups.count == 8
        case 1:
            return full >= 2 && full <= 7 && hasDigit || full == 1 && bytes.count > 4 && hasDigit
        default: return false
        }
    }
}
