import AjanCompute

/// A text as it is compared: letters folded by `LetterFold`, everything else one space.
struct FoldedText: Sendable {
    /// Folded letters and digits, words parted by one space, none at the ends.
    let bytes: [UInt8]
    /// Where each word ends in `bytes`.
    let wordEnds: [Int]
    /// A hash of each word.
    let wordHashes: [UInt64]

    init(_ text: some Sequence<UInt8>) {
        let source = Array(text)
        var bytes: [UInt8] = []
        var ends: [Int] = []
        var hashes: [UInt64] = []
        bytes.reserveCapacity(source.count)
        var hash = Mix.seed
        var index = 0
        var wordStart = 0
        while index < source.count {
            let (letter, width) = LetterFold.fold(source, at: index)
            index += width
            if letter == 32 {
                if bytes.count > wordStart {
                    ends.append(bytes.count)
                    hashes.append(Mix.finish(hash))
                    bytes.append(32)
                    wordStart = bytes.count
                    hash = Mix.seed
                }
            } else if letter != 0 {
                bytes.append(letter)
                hash = Mix.step(hash, letter)
            }
        }
        if bytes.count > wordStart {
            ends.append(bytes.count)
            hashes.append(Mix.finish(hash))
        } else if bytes.last == 32 {
            bytes.removeLast()
        }
        self.bytes = bytes
        wordEnds = ends
        wordHashes = hashes
    }

    var wordCount: Int { wordHashes.count }

    /// Length of word `index` in bytes.
    func wordLength(_ index: Int) -> Int {
        wordEnds[index] - (index == 0 ? 0 : wordEnds[index - 1] + 1)
    }
}

/// Hashes of short byte strings and of their sequences: FNV-1a with the finaliser of SplitMix64.
/// Part of the form of snapshots: another function gives other duplicates.
enum Mix {
    static let seed: UInt64 = 0xCBF2_9CE4_8422_2325

    @inline(__always)
    static func step(_ hash: UInt64, _ byte: UInt8) -> UInt64 {
        (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
    }

    @inline(__always)
    static func finish(_ hash: UInt64) -> UInt64 { SplitMix64.mixed(hash) }
}

/// Hashes of all runs of words of a text, each in constant time.
struct WordRuns {
    private let sums: [UInt64]
    private let powers: [UInt64]

    private static let base: UInt64 = 0x9E37_79B9_7F4A_7C15

    init(_ hashes: [UInt64]) {
        var sums: [UInt64] = [0]
        var powers: [UInt64] = [1]
        sums.reserveCapacity(hashes.count + 1)
        powers.reserveCapacity(hashes.count + 1)
        for (index, hash) in hashes.enumerated() {
            sums.append(sums[index] &* Self.base &+ hash)
            powers.append(powers[index] &* Self.base)
        }
        self.sums = sums
        self.powers = powers
    }

    /// Hash of the words `start..<start + count`.
    @inline(__always)
    func hash(_ start: Int, _ count: Int) -> UInt64 {
        Mix.finish(sums[start + count] &- sums[start] &* powers[count])
    }
}
