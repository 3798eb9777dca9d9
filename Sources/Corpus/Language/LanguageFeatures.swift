/// Letters as the language model sees them, and hashes of their runs. The same steps are in
/// Tools/language/train_language_model.py; a change of one is a change of both.
enum LanguageFeatures {
    static let bucketBits = 14
    static let runLengths = 1...4

    /// Small letters; every kind of apostrophe is one letter (Uzbek writes oʻ and gʻ); everything
    /// else is one space. Letters beyond U+0370 stand for their script.
    static func letters(_ text: some StringProtocol) -> [UInt32] {
        var letters: [UInt32] = [32]
        letters.reserveCapacity(text.utf8.count + 2)
        for scalar in text.unicodeScalars {
            let letter = small(scalar.value)
            if letter != 32 || letters[letters.count - 1] != 32 { letters.append(letter) }
        }
        if letters[letters.count - 1] != 32 { letters.append(32) }
        return letters
    }

    @inline(__always)
    private static func small(_ value: UInt32) -> UInt32 {
        switch value {
        case 0x41...0x5A: return value + 32
        case 0x61...0x7A: return value
        case 0x27, 0x60, 0xB4, 0x2018, 0x2019, 0x02BB, 0x02BC: return 0x27
        case ..<0xC0: return 32
        case 0xD7, 0xF7: return 32
        case 0xC0...0xDE: return value + 32
        case 0x130: return 0x69
        case 0x139...0x148, 0x179...0x17E: return value % 2 == 1 ? value + 1 : value
        case 0x100...0x177: return value % 2 == 0 ? value + 1 : value
        case 0x18F: return 0x259
        case 0x178...0x36F: return value
        case 0x2000...0x2BFF: return 32
        default: return 0x370 + value >> 7
        }
    }

    /// The hash of a run that is one letter longer; an empty run has the hash `Mix.seed`.
    @inline(__always)
    static func extend(_ hash: UInt64, _ letter: UInt32) -> UInt64 {
        (hash ^ UInt64(letter)) &* 0x0000_0100_0000_01B3
    }

    /// The row of weights of a run with that hash.
    @inline(__always)
    static func bucket(_ hash: UInt64) -> Int { Int(Mix.finish(hash) >> UInt64(64 - bucketBits)) }
}
