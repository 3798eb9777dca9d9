/// Finds personal data in a text and puts typed placeholders in its place.
///
/// Every recogniser starts at a token start and looks at bytes, so a text is passed once. Numbers
/// with check digits count only when these are right; the rest goes by pattern. Matches never
/// overlap: the one that begins first wins, then the longer one.
package struct PersonalDataScrubber: Sendable {
    /// Version of the recognisers; part of every manifest.
    package static let version = 1

    /// The types that are looked for.
    package let types: Set<PersonalDataType>

    /// - Parameter types: what to look for; everything if left out.
    package init(types: Set<PersonalDataType> = Set(PersonalDataType.allCases)) {
        self.types = types
    }

    /// `text` with placeholders, and how many of each type were put there.
    package func scrub(_ text: String) -> (text: String, counts: [PersonalDataType: Int]) {
        let bytes = Array(text.utf8)
        let found = matches(in: bytes)
        guard !found.isEmpty else { return (text, [:]) }
        var counts: [PersonalDataType: Int] = [:]
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var from = 0
        for match in found {
            result += bytes[from..<match.range.lowerBound]
            result += Array(match.type.placeholder.utf8)
            from = match.range.upperBound
            counts[match.type, default: 0] += 1
        }
        result += bytes[from...]
        return (String(decoding: result, as: UTF8.self), counts)
    }

    /// Where personal data stands in UTF-8 text, in order, without overlaps.
    package func matches(in bytes: [UInt8]) -> [PersonalDataMatch] {
        let view = ByteView(bytes)
        var found: [PersonalDataMatch] = []
        var index = 0
        var floor = 0
        while index < view.count {
            guard let match = match(view, at: index, floor: floor) else {
                index += 1
                continue
            }
            while let last = found.last, last.range.upperBound > match.range.lowerBound {
                found.removeLast()
            }
            found.append(match)
            index = max(match.range.upperBound, index + 1)
            floor = index
        }
        return found
    }

    /// The match that is recognised at `index`; an e-mail or postal address may begin before it,
    /// but not before `floor`.
    @inline(__always)
    private func match(_ view: ByteView, at index: Int, floor: Int) -> PersonalDataMatch? {
        let byte = view.bytes[index]
        switch Self.triggers[Int(byte)] {
        case .none: return nil
        case .digit: return view.isTokenStart(index) ? numberMatch(view, at: index) : nil
        case .letter: return view.isTokenStart(index) ? wordMatch(view, at: index, floor) : nil
        case .sign: return signMatch(view, at: index)
        }
    }

    private func numberMatch(_ view: ByteView, at index: Int) -> PersonalDataMatch? {
        accept(NetworkAddresses.macMatch(view, at: index))
            ?? accept(NetworkAddresses.ipv4Match(view, at: index))
            ?? accept(NetworkAddresses.ipv6Match(view, at: index))
            ?? accept(IdentityNumbers.match(view, at: index))
            ?? accept(PhoneNumbers.match(view, at: index))
            ?? accept(NumberPlates.match(view, at: index))
    }

    private func wordMatch(_ view: ByteView, at index: Int, _ floor: Int) -> PersonalDataMatch? {
        if Bytes.isUpper(view[index]), Bytes.isUpper(view[index + 1]),
            let match = accept(IdentityNumbers.ibanMatch(view, at: index))
        {
            return match
        }
        if Bytes.isHex(view[index]) {
            if let match = accept(NetworkAddresses.macMatch(view, at: index)) { return match }
            if let match = accept(NetworkAddresses.ipv6Match(view, at: index)) { return match }
        }
        guard isOn(.postalAddress), AddressWord.mayBeStreet(view[index]) else { return nil }
        return PostalAddresses.match(view, keyword: index, floor: floor)
    }

    private func signMatch(_ view: ByteView, at index: Int) -> PersonalDataMatch? {
        switch view[index] {
        case UInt8(ascii: "@"): return accept(NetworkAddresses.emailMatch(view, at: index))
        case UInt8(ascii: ":"):
            guard view[index + 1] == UInt8(ascii: ":"), !Bytes.isAlphanumeric(view[index - 1])
            else {
                return nil
            }
            return accept(NetworkAddresses.ipv6Match(view, at: index))
        default:
            guard !Bytes.isAlphanumeric(view[index - 1]) else { return nil }
            return accept(PhoneNumbers.match(view, at: index))
        }
    }

    private func accept(_ match: PersonalDataMatch?) -> PersonalDataMatch? {
        guard let match, isOn(match.type) else { return nil }
        return match
    }

    private func isOn(_ type: PersonalDataType) -> Bool { types.contains(type) }

    // MARK: Triggers

    private enum Trigger {
        case none
        case digit
        case letter
        case sign
    }

    /// What the recognisers at a byte are.
    private static let triggers: [Trigger] = (0..<256).map { value in
        let byte = UInt8(value)
        if Bytes.isDigit(byte) { return .digit }
        if Bytes.isUpper(byte) || Bytes.isHex(byte) || AddressWord.mayBeStreet(byte) && byte < 128 {
            return Bytes.isASCIILetter(byte) ? .letter : .none
        }
        return "@:+(".utf8.contains(byte) ? .sign : .none
    }
}
