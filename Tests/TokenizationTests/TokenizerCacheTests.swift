import AjanTokenization
import Foundation
import TestSupport
import Testing

@Suite("The tokenizer cache")
struct TokenizerCacheTests {
    private static let json = SmallTokenizer.json(pieces: #", ["kargo", -3], ["ğ", -4]"#)
    private static let text = "a kargo  kargoya ğ </s> aaa"

    /// Opens a folder with `json` and its cache, after `spoil` has had both.
    private func open(
        _ json: String = json, _ spoil: (_ json: URL, _ cache: URL) throws -> Void = { _, _ in }
    ) throws -> [Int32] {
        try TemporaryFolder.with { folder in
            let file = folder.appendingPathComponent("tokenizer.json")
            try Data(json.utf8).write(to: file)
            #expect(try TokenizerCache.write(for: folder, into: folder))
            try spoil(file, folder.appendingPathComponent(TokenizerCache.fileName))
            return try Tokenizer(folder: folder).encode(Self.text).ids
        }
    }

    /// The ids without a cache.
    private func expected() throws -> [Int32] {
        try open { _, cache in try FileManager.default.removeItem(at: cache) }
    }

    /// Replaces `part` in the file once; both have the same number of bytes.
    private func edit(_ file: URL, _ part: String, _ replacement: String) throws {
        var bytes = try Data(contentsOf: file)
        let range = try #require(bytes.range(of: Data(part.utf8)), "the premise: \(part) is there")
        #expect(part.utf8.count == replacement.utf8.count)
        bytes.replaceSubrange(range, with: Data(replacement.utf8))
        try bytes.write(to: file)
    }

    @Test("gives the tokens of the file that it was made from, and is really used")
    func same() throws {
        #expect(try open() == expected())
        #expect(Set(try expected()).count > 5, "the premise: many pieces")
        // Only the cache knows the other score: [ğ] becomes cheaper than nothing else can be.
        let broken = #expect(throws: TokenizationError.self) {
            try open { _, cache in try edit(cache, "\"unknownID\\\":1", "\"unknownID\\\":8") }
        }
        #expect(broken?.description.contains("special token outside") == true)
    }

    @Test("is left alone beside another tokenizer.json, and by another version")
    func stale() throws {
        let other = try open { json, _ in
            try edit(json, "[\"kargo\", -3]", "[\"kargx\", -3]")
        }
        let reference = try open(Self.json.replacingOccurrences(of: "\"kargo\"", with: "\"kargx\""))
        #expect(other == reference)
        #expect(try other != expected(), "the premise: the edit matters")
        #expect(
            try open { _, cache in try edit(cache, "tokenizer-2", "tokenizer-9") } == expected())
    }

    @Test("that is cut anywhere is refused in one line, never a crash")
    func truncated() throws {
        let count = try TemporaryFolder.with { folder in
            try Data(Self.json.utf8).write(to: folder.appendingPathComponent("tokenizer.json"))
            _ = try TokenizerCache.write(for: folder, into: folder)
            return try Data(
                contentsOf: folder.appendingPathComponent(TokenizerCache.fileName)
            ).count
        }
        for kept in stride(from: 0, to: count, by: max(1, count / 50)) {
            let error = #expect(throws: TokenizationError.self) {
                try open { _, cache in try Data(contentsOf: cache).prefix(kept).write(to: cache) }
            }
            #expect(error?.description.contains("\n") == false)
        }
    }

    @Test("with any byte changed gives tokens inside the vocabulary or an error, never a crash")
    func changedBytes() throws {
        var state: UInt64 = 42
        func random(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        for _ in 0..<300 {
            let ids = try? open { _, cache in
                var bytes = try Data(contentsOf: cache)
                for _ in 0..<4 { bytes[random(bytes.count)] = UInt8(random(256)) }
                try bytes.write(to: cache)
            }
            #expect(ids?.allSatisfy { (0..<4_000_000).contains($0) } ?? true)
        }
    }

    @Test("is not made for WordPiece, whose files are small")
    func wordPiece() throws {
        try TemporaryFolder.with { folder in
            try FileManager.default.copyItem(
                at: GoldenTokens.fixtures.appendingPathComponent("tiny-bert/cased.json"),
                to: folder.appendingPathComponent("tokenizer.json"))
            #expect(try !TokenizerCache.write(for: folder, into: folder))
        }
    }
}

@Suite("Plain words", .enabled(if: RealModel.isAvailableOrRequired, "\(RealModel.skipReason)"))
struct PlainWordTests {
    /// Words that are plain, that are not, and that join what stands beside them.
    private static let words = [
        "kargom", "İstanbul’da", "ne", "zaman", "gelir?", "ığüşöç", "“alıntı”", "–",
        "çok-uzun-bir-kelime-ki-sığmaz",
        "ﬁyat", "½", "a\u{301}", "e\u{301}\u{302}x", "👩‍👩‍👧", "x…y", "A\u{200D}B", "漢字", "İ\u{307}",
        "\u{AD}b",
        "①", "ㄱㅏ", "<mask>", "a<s>b", "1️⃣",
    ]

    @Test("take a short cut to the same tokens: spaces that need the long way give the same ids")
    func shortCut() throws {
        let tokenizer = try GoldenTokens.e5Small()
        var state: UInt64 = 7
        for _ in 0..<2_000 {
            let chosen = (0..<6).map { _ in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return Self.words[Int(state >> 33) % Self.words.count]
            }
            let plain = tokenizer.encodeContent(chosen.joined(separator: " "))
            // U+3000 becomes a space by normalisation, which only the long way does.
            let long = tokenizer.encodeContent(chosen.joined(separator: "\u{3000}"))
            #expect(plain.ids == long.ids, "\(chosen)")
            #expect(plain == tokenizer.encodeContent(chosen.joined(separator: " ")), "again")
        }
    }
}
