/// A precompiled normalisation table of SentencePiece: a double array of byte sequences, each with
/// a replacement.
///
/// Source: `sentencepiece`, `normalizer.cc` (the blob: u32 size of the double array in bytes, the
/// array, then the replacements, each ended by a zero byte) and `darts.h` (the units of the array).
struct Charsmap: Sendable {
    let units: [UInt32]
    /// Texts that each end in a zero byte.
    let replacements: [UInt8]
    /// Whether a byte is ASCII that the table keeps, as most tables keep all that can be printed.
    private(set) var standing: [Bool] = []

    /// - Throws: a sentence that says what is wrong with the blob.
    init(_ blob: [UInt8]) throws(CharsmapProblem) {
        guard blob.count >= 4 else { throw CharsmapProblem("it has \(blob.count) bytes") }
        func word(_ at: Int) -> UInt32 {
            UInt32(blob[at]) | UInt32(blob[at + 1]) << 8 | UInt32(blob[at + 2]) << 16
                | UInt32(blob[at + 3]) << 24
        }
        let size = Int(word(0))
        guard size % 4 == 0, size >= 4, size <= blob.count - 4 else {
            throw CharsmapProblem("its table claims \(size) of \(blob.count) bytes")
        }
        try self.init(
            units: stride(from: 4, to: 4 + size, by: 4).map(word),
            replacements: Array(blob[(4 + size)...]))
    }

    init(units: [UInt32], replacements: [UInt8]) throws(CharsmapProblem) {
        guard !units.isEmpty else { throw CharsmapProblem("its table is empty") }
        guard replacements.last == 0 else { throw CharsmapProblem("its last text has no end") }
        self.units = units
        self.replacements = replacements
        try checkTexts()
        try checkValues()
        standing = (0...UInt8.max).map { $0 < 0x80 && lookup([$0], .shortest) == nil }
    }

    private func checkTexts() throws(CharsmapProblem) {
        guard String(validating: replacements, as: UTF8.self) != nil else {
            throw CharsmapProblem("a text in it is not valid UTF-8")
        }
        var start = 0
        for at in replacements.indices where replacements[at] == 0 {
            guard at - start <= TokenizerLimit.replacementByteCountMax else {
                throw CharsmapProblem(
                    "a text in it has \(at - start) bytes, the limit is "
                        + "\(TokenizerLimit.replacementByteCountMax)")
            }
            start = at + 1
        }
    }

    /// Every value that `lookup` can find is the start of a text.
    private func checkValues() throws(CharsmapProblem) {
        for (place, unit) in units.enumerated() where unit & 0x8000_0100 == 0x100 {
            let node = place ^ Self.offset(unit)
            guard node < units.count else { continue }
            let value = Int(units[node] & 0x7FFF_FFFF)
            guard value < replacements.count, value == 0 || replacements[value - 1] == 0 else {
                throw CharsmapProblem("its table points into the middle of a text")
            }
        }
    }

    /// Which of the sequences that begin at a place counts.
    enum Match {
        case shortest
        case longest
    }

    /// The replacement for what `bytes` holds at `start`.
    ///
    /// - Returns: bytes matched, and where the replacement lies; nil when nothing begins here.
    func lookup(
        _ bytes: some RandomAccessCollection<UInt8>, _ match: Match
    ) -> (length: Int, replacement: ArraySlice<UInt8>)? {
        var found: (length: Int, value: Int)?
        var node = Self.offset(units[0])
        var length = 0
        for byte in bytes {
            node ^= Int(byte)
            guard node < units.count, units[node] & 0x8000_00FF == UInt32(byte) else { break }
            let unit = units[node]
            node ^= Self.offset(unit)
            length += 1
            guard unit >> 8 & 1 == 1 else { continue }
            guard node < units.count else { break }
            found = (length, Int(units[node] & 0x7FFF_FFFF))
            if match == .shortest { break }
        }
        guard let found, found.value < replacements.count else { return nil }
        let end = replacements[found.value...].firstIndex(of: 0) ?? replacements.endIndex
        return (found.length, replacements[found.value..<end])
    }

    private static func offset(_ unit: UInt32) -> Int {
        Int((unit >> 10) << ((unit & 1 << 9) >> 6))
    }
}

/// Why a charsmap cannot be used.
struct CharsmapProblem: Error {
    let text: String

    init(_ text: String) {
        self.text = text
    }
}
