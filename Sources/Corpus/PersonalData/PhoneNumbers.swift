/// Finds telephone numbers in the forms that people in Turkey write.
enum PhoneNumbers {
    /// The telephone number that begins at `start` (a digit, `+` or `(`), if there is one.
    static func match(_ view: ByteView, at start: Int) -> PersonalDataMatch? {
        let end: Int?
        if view[start] == UInt8(ascii: "+") {
            end = internationalEnd(view, start)
        } else {
            end = turkishEnd(view, start) ?? corporateEnd(view, start)
        }
        return end.map { PersonalDataMatch(type: .phone, range: start..<$0) }
    }

    /// `+90 532 123 45 67` must be a valid Turkish number; any other country code needs 8 to 15
    /// digits.
    private static func internationalEnd(_ view: ByteView, _ start: Int) -> Int? {
        if view[start + 1] == UInt8(ascii: "9"), view[start + 2] == UInt8(ascii: "0") {
            return nationalEnd(view, skipSeparator(view, start + 3), hasPrefix: true)
        }
        guard view[start + 1] >= UInt8(ascii: "1"), view[start + 1] <= UInt8(ascii: "9") else {
            return nil
        }
        let body = collect(view, start + 1, limit: 15)
        guard body.digits.count >= 9, isEnd(view, body.end) else { return nil }
        return body.end
    }

    /// Numbers that begin with `0090`, with `0`, or with the area code itself.
    private static func turkishEnd(_ view: ByteView, _ start: Int) -> Int? {
        if view[start] == UInt8(ascii: "0"), view[start + 1] == UInt8(ascii: "0"),
            view[start + 2] == UInt8(ascii: "9"), view[start + 3] == UInt8(ascii: "0")
        {
            return nationalEnd(view, skipSeparator(view, start + 4), hasPrefix: true)
        }
        if view[start] == UInt8(ascii: "0") {
            return nationalEnd(view, skipSeparator(view, start + 1), hasPrefix: true)
        }
        return nationalEnd(view, start, hasPrefix: false)
    }

    /// Ten digits: area or operator code, then the subscriber; `start` may be at a parenthesis.
    private static func nationalEnd(_ view: ByteView, _ start: Int, hasPrefix: Bool) -> Int? {
        var start = start
        let hasParenthesis = view[start] == UInt8(ascii: "(")
        if hasParenthesis { start += 1 }
        // "(0532) ..." and "+90 (0) 532 ..."
        var hasPrefix = hasPrefix
        if hasParenthesis, view[start] == UInt8(ascii: "0") {
            start += 1
            hasPrefix = true
            if view[start] == UInt8(ascii: ")") { start = skipSeparator(view, start + 1) }
        }
        let body = collect(view, start, limit: 11)
        guard body.digits.count == 10, isEnd(view, body.end), body.isGroupedLikePhone else {
            return nil
        }
        let code = Int(body.digits[0]) * 100 + Int(body.digits[1]) * 10 + Int(body.digits[2])
        let isKnown = isMobile(code) || landlines.contains(code) || services.contains(code)
        guard isKnown, body.digits[3] > 0 || isMobile(code) || services.contains(code) else {
            return nil
        }
        if hasPrefix || hasParenthesis { return body.end }
        // Without a prefix, ten digits in one block are a phone number only for a mobile operator.
        if body.groups.count == 1 { return isMobile(code) ? body.end : nil }
        let isUsual = body.groups == [3, 3, 2, 2] || body.groups == [3, 3, 4]
        return isUsual ? body.end : nil
    }

    /// `444 0 123`, `444 12 34`, `444 1 234`: nationwide numbers of seven digits, always grouped.
    private static func corporateEnd(_ view: ByteView, _ start: Int) -> Int? {
        guard view[start] == UInt8(ascii: "4"), view[start + 1] == UInt8(ascii: "4"),
            view[start + 2] == UInt8(ascii: "4")
        else { return nil }
        let body = collect(view, start, limit: 8)
        let isUsual =
            body.groups == [3, 1, 3] || body.groups == [3, 2, 2] || body.groups == [3, 3, 1]
        return isUsual && isEnd(view, body.end) ? body.end : nil
    }

    // MARK: Digits

    private struct Body {
        var digits: [UInt8] = []
        var groups: [Int] = []
        var end = 0

        /// No group of one digit: `5 3 2 1` is an enumeration.
        var isGroupedLikePhone: Bool { groups.allSatisfy { $0 >= 2 } && groups.count <= 5 }
    }

    /// Up to `limit` digits with single separators between groups; a closing parenthesis and one
    /// space count as a separator.
    private static func collect(_ view: ByteView, _ start: Int, limit: Int) -> Body {
        var body = Body()
        var index = start
        while body.digits.count < limit, Bytes.isDigit(view[index]) {
            var length = 0
            while Bytes.isDigit(view[index]), body.digits.count < limit {
                body.digits.append(view[index] - 48)
                length += 1
                index += 1
            }
            body.groups.append(length)
            body.end = index
            let next = skipSeparator(view, index)
            guard next > index, Bytes.isDigit(view[next]) else { break }
            index = next
        }
        return body
    }

    private static func skipSeparator(_ view: ByteView, _ index: Int) -> Int {
        var index = index
        if view[index] == UInt8(ascii: ")") { index += 1 }
        let width = view.separatorWidth(at: index)
        // " - " is common between the code and the number.
        if width == 1, view[index] == 32, view[index + 1] == UInt8(ascii: "-"),
            view[index + 2] == 32
        {
            return index + 3
        }
        return index + width
    }

    private static func isEnd(_ view: ByteView, _ index: Int) -> Bool {
        !Bytes.isDigit(view[index]) && !view.isLetter(at: index)
            && !(view[index] == UInt8(ascii: ",") && Bytes.isDigit(view[index + 1]))
    }

    // MARK: Codes

    private static func isMobile(_ code: Int) -> Bool {
        switch code {
        case 500...509, 510...519, 530...539, 540...549, 550...559, 561: true
        default: false
        }
    }

    /// Service codes: toll-free, shared cost, premium, satellite and VoIP.
    private static let services: Set<Int> = [800, 811, 822, 850, 888, 900]

    /// Geographic area codes of the Turkish numbering plan (Istanbul has two), with Northern
    /// Cyprus.
    private static let landlines: Set<Int> = [
        212, 216, 222, 224, 226, 228, 232, 236, 242, 246, 248, 252, 256, 258, 262, 264, 266, 272,
        274, 276, 282, 284, 286, 288, 312, 318, 322, 324, 326, 328, 332, 338, 342, 344, 346, 348,
        352, 354, 356, 358, 362, 364, 366, 368, 370, 372, 374, 376, 378, 380, 382, 384, 386, 388,
        392, 412, 414, 416, 422, 424, 426, 428, 432, 434, 436, 438, 442, 446, 452, 454, 456, 458,
        462, 464, 466, 472, 474, 476, 478, 482, 484, 486, 488,
    ]
}
