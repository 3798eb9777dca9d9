import AjanDocuments
import Foundation
import Testing

@Suite("The bytes of a text tell its encoding")
struct DecodedTextTests {
    private static let sentence =
        "Şikâyet için “ığdır” ürününü 14 gün içinde, 25 €'ya, İADE edin – Ç, Ğ, Ö, Ü."

    private static func decoded(_ bytes: [UInt8]) -> DecodedText? { DecodedText(file: Data(bytes)) }

    @Test("UTF-8 with and without its mark")
    func utf8() {
        let bytes = Array(Self.sentence.utf8)
        for marked in [bytes, [0xEF, 0xBB, 0xBF] + bytes] {
            #expect(Self.decoded(marked)?.text == Self.sentence)
            #expect(Self.decoded(marked)?.encoding == .utf8)
        }
        #expect(Self.decoded([])?.text == "")
    }

    @Test("UTF-16 of either order, and half a letter at its end", arguments: [true, false])
    func utf16(isLittle: Bool) {
        let units = [0xFEFF] + Array((Self.sentence + "😀").utf16)
        let bytes = units.flatMap { unit in
            let halves = [UInt8(unit & 0xFF), UInt8(unit >> 8)]
            return isLittle ? halves : halves.reversed()
        }
        #expect(Self.decoded(bytes)?.text == Self.sentence + "😀")
        #expect(Self.decoded(bytes)?.encoding == .utf16)
        #expect(Self.decoded(bytes + [0x41])?.text == Self.sentence + "😀\u{FFFD}")
    }

    /// As `iconv -t windows-1254` writes it.
    private static let turkish: [(String, [UInt8])] = [
        (
            "Ürünü iade edin, ığdır İĞŞ ışğ",
            [
                0xDC, 0x72, 0xFC, 0x6E, 0xFC, 0x20, 0x69, 0x61, 0x64, 0x65, 0x20, 0x65, 0x64, 0x69,
                0x6E, 0x2C, 0x20, 0xFD, 0xF0, 0x64, 0xFD, 0x72, 0x20, 0xDD, 0xD0, 0xDE, 0x20, 0xFD,
                0xFE, 0xF0,
            ]
        ),
        (
            "“25 €’ya” – â",
            [0x93, 0x32, 0x35, 0x20, 0x80, 0x92, 0x79, 0x61, 0x94, 0x20, 0x96, 0x20, 0xE2]
        ),
    ]

    @Test("Windows-1254, every letter of Turkish", arguments: turkish)
    func windows1254(_ text: String, _ bytes: [UInt8]) {
        #expect(Self.decoded(bytes)?.text == text)
        #expect(Self.decoded(bytes)?.encoding == .windows1254)
        #expect(DecodedText(line: Data(bytes)).text == text)
    }

    @Test("one broken letter does not turn UTF-8 into something else")
    func brokenUTF8() {
        let decoded = Self.decoded(Array("ürünü ".utf8) + [0xC3] + Array("çağ".utf8))
        #expect(decoded?.text == "ürünü \u{FFFD}çağ")
        #expect(decoded?.encoding == .utf8)
    }

    @Test("bytes that are no text are refused as a file, and never fail as a line")
    func noText() {
        let bytes: [UInt8] = [0x7F, 0x45, 0x4C, 0x46, 0x00, 0xFF, 0xFE, 0x81]
        #expect(Self.decoded(bytes) == nil)
        #expect(DecodedText(line: Data(bytes)).text.unicodeScalars.count == bytes.count)
    }
}
