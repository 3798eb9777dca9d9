/// The text contract on the bytes of text in Latin letters, which Turkish text nearly always is.
///
/// Below U+0300, and among the signs that are let through here, no character has another composed
/// form and none combines with its neighbour. What is left of the contract is to leave out what
/// cannot be seen and to make white space one space, which needs no table of properties.
enum LatinText {
    /// `text` in the cased contract; nil when it holds a character that the general rules have to
    /// judge.
    ///
    /// - Complexity: linear in the text.
    static func cleaned(_ text: some StringProtocol) -> String? {
        let bytes = Array(text.utf8)
        var out: [UInt8] = []
        out.reserveCapacity(bytes.count)
        var needsSpace = false
        var index = 0
        while index < bytes.count {
            let (kind, width) = character(bytes, at: index)
            switch kind {
            case .visible:
                if needsSpace { out.append(0x20) }
                needsSpace = false
                for offset in 0..<width { out.append(bytes[index + offset]) }
            case .space: needsSpace = !out.isEmpty
            case .invisible: break
            case .other: return nil
            }
            index += width
        }
        return String(decoding: out, as: UTF8.self)
    }

    private enum Kind {
        case visible
        case space
        case invisible
        case other
    }

    /// What the character at `index` is, and its width in bytes.
    @inline(__always)
    private static func character(_ bytes: [UInt8], at index: Int) -> (Kind, Int) {
        let byte = bytes[index]
        switch byte {
        case 0x21..<0x7F: return (.visible, 1)
        case ..<0x80: return (.space, 1)
        case 0xC2:
            let next = bytes[index + 1]
            return (next == 0xAD ? .invisible : next <= 0xA0 ? .space : .visible, 2)
        case 0xC3...0xCB: return (.visible, 2)
        case 0xE2: return (sign(bytes[index + 1], bytes[index + 2]), 3)
        default: return (.other, 1)
        }
    }

    /// A character from U+2000 on by the two bytes behind E2. Letter-like signs and some brackets
    /// have another composed form, and marks for symbols combine.
    private static func sign(_ second: UInt8, _ third: UInt8) -> Kind {
        switch (second, third) {
        case (0x80, 0x80...0x8A), (0x80, 0xA8...0xA9), (0x80, 0xAF), (0x81, 0x9F): .space
        case (0x80, 0x8B...0x8F), (0x80, 0xAA...0xAE): .invisible
        case (0x81, 0xA0...0xA4), (0x81, 0xA6...0xA9): .invisible
        case (0x80...0x82, _), (0x86...0x8B, _), (0x8D...0x9E, _): .visible
        default: .other
        }
    }
}
