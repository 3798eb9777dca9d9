/// Letters to what they are compared by: lower case, ASCII, without diacritics. `IŞIK`, `ışık`,
/// `isik` and the decomposed form of each are one word, so a duplicate or a planted test question
/// is found however it was typed.
enum LetterFold {
    /// The folded byte of the character at `index` and the width of that character in bytes.
    ///
    /// The byte is 0 for what disappears (combining marks, soft hyphens, zero-width characters) and
    /// 32 for what separates words. Letters of other scripts keep their bytes, one by one.
    @inline(__always)
    static func fold(_ bytes: [UInt8], at index: Int) -> (UInt8, Int) {
        let byte = bytes[index]
        if byte < 128 { return (ascii[Int(byte)], 1) }
        guard index + 1 < bytes.count else { return (32, 1) }
        let next = bytes[index + 1]
        switch byte {
        case 0xC2: return (next == 0xAD ? 0 : 32, 2)
        case 0xC3, 0xC4, 0xC5:
            let letter = latin[Int(byte - 0xC3) * 64 + Int(next & 63)]
            return (letter, 2)
        case 0xC9 where next == 0x99: return (UInt8(ascii: "e"), 2)
        case 0xC6 where next == 0x8F: return (UInt8(ascii: "e"), 2)
        case 0xCC: return (0, 2)
        case 0xCD where next < 0xB0: return (0, 2)
        case 0xE2 where next <= 0x81: return (isZeroWidth(bytes, index) ? 0 : 32, 3)
        case 0xEF where next == 0xBB || next == 0xB8: return (0, 3)
        case 0xE3 where next == 0x80: return (32, 3)
        default: return (byte, 1)
        }
    }

    private static func isZeroWidth(_ bytes: [UInt8], _ index: Int) -> Bool {
        guard index + 2 < bytes.count else { return false }
        let isFirst = bytes[index + 1] == 0x80 && (0x8B...0x8F).contains(bytes[index + 2])
        return isFirst || (bytes[index + 1] == 0x81 && bytes[index + 2] == 0xA0)
    }

    /// Letters and digits as they are compared; everything else separates.
    private static let ascii: [UInt8] = (0..<128).map { value in
        let byte = UInt8(value)
        if Bytes.isUpper(byte) { return byte | 0x20 }
        return Bytes.isASCIILetter(byte) || Bytes.isDigit(byte) ? byte : 32
    }

    /// U+00C0 to U+017F by their base letter; 32 for the two signs among them.
    private static let latin: [UInt8] = Array(
        ("aaaaaaaceeeeiiii" + "dnooooo ouuuuyts" + "aaaaaaaceeeeiiii" + "dnooooo ouuuuyty"
            + "aaaaaaccccccccdd" + "ddeeeeeeeeeegggg" + "gggghhhhiiiiiiii" + "iiiijjkkklllllll"
            + "lllnnnnnnnnnoooo" + "oooorrrrrrssssss" + "ssttttttuuuuuuuu" + "uuuuwwyyyzzzzzzs")
            .utf8)
}
