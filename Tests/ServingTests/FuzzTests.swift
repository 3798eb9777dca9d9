import AjanServing
import Foundation
import HTTPTypes
import NIOCore
import Testing

/// Damages bodies by chance, the same way at every run.
private struct BodyMutator {
    var state: UInt64

    private static let paths = ["/v1/embeddings", "/embed", "/similarity", "/v1/search"]
    /// Bodies that are right, with the place of their path.
    private static let seeds = [
        (
            0,
            #"{"input": ["kargom nerede?", "ışık"], "model": "sahte", "encoding_format": "float"}"#
        ),
        (0, #"{"input": "\ud83d\ude00 emoji", "dimensions": 3, "input_type": "query"}"#),
        (1, #"{"inputs": ["a", "b"], "truncate": false, "prompt_name": "passage"}"#),
        (2, #"{"inputs": {"source_sentence": "a", "sentences": ["b", "c"]}, "parameters": {}}"#),
        (2, #"{"query": "iade", "passages": ["x"], "model": "sahte"}"#),
        (3, #"{"query": "iade", "limit": 3, "mode": "hybrid", "filter": ["a=b"]}"#),
    ]
    private static let pieces = [
        "\\ud800", "\u{0}", "[", "]", "{", "}", "\"", ",", "null", "1e999", "-0", "NaN", "true",
        "[[[[[[[[", "\\u0000", "İ", "\u{1F469}\u{200D}\u{1F52C}", "zehir", "99999999999999999999",
    ]

    mutating func below(_ end: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int((state >> 33) % UInt64(end))
    }

    /// A body, and where to send it: three in four to the path that it belongs to.
    mutating func next() -> (path: String, body: [UInt8]) {
        let (own, text) = Self.seeds[below(Self.seeds.count)]
        let path = Self.paths[below(4) == 0 ? below(Self.paths.count) : own]
        var bytes = Array(text.utf8)
        for _ in 0..<below(4) {
            let place = below(bytes.count + 1)
            switch below(5) {
            case 0: bytes.insert(contentsOf: Self.pieces[below(Self.pieces.count)].utf8, at: place)
            case 1: bytes.insert(UInt8(below(256)), at: place)
            case 2 where place < bytes.count: bytes[place] = UInt8(below(256))
            case 3: bytes.removeSubrange(place..<min(bytes.count, place + 1 + below(12)))
            default: bytes.removeLast(min(bytes.count, below(8)))
            }
            if bytes.isEmpty { bytes = [UInt8(ascii: "{")] }
        }
        return (path, bytes)
    }
}

@Suite("Hostile bodies")
struct FuzzTests {
    @Test("get an answer in OpenAI's form, whatever they hold")
    func hostileBodies() async throws {
        try await TestServer().run { caller in
            var mutator = BodyMutator(state: 20_261_125)
            var counts: [Int: Int] = [:]
            for _ in 0..<600 {
                let (path, body) = mutator.next()
                let answer = try await caller.ask(
                    path, .post, [:], ByteBuffer(bytes: body))
                counts[answer.status, default: 0] += 1
                #expect([200, 400, 404, 413, 500].contains(answer.status))
                if answer.status == 500 { #expect(answer.error["code"] == "not_finite") }
                if answer.status != 200 { #expect(answer.error["message"]?.string != nil) }
                let text = String(decoding: answer.body, as: UTF8.self)
                #expect(answer.status != 200 || !text.contains("nan"))
            }
            #expect(
                (counts[200] ?? 0) > 20 && (counts[400] ?? 0) > 200,
                "the premise: both kinds, \(counts)")
        }
    }

    @Test(
        "of the worst kinds are refused",
        arguments: [
            "", " ", "[]", "7", "\"input\"", "{", "{\"input\":", "{\"input\": \"\\ud800\"}",
            String(repeating: "[", count: 100_000),
            "{\"input\": \(String(repeating: "[", count: 50_000))",
            "{\"input\": [\(String(repeating: "{\"a\":", count: 5_000))1",
        ])
    func worst(body: String) async throws {
        try await TestServer().run { caller in
            let answer = try await caller.post("/v1/embeddings", body)
            #expect(answer.status == 400)
            #expect(answer.error["type"] == "invalid_request_error")
        }
    }
}
