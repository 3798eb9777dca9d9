import AjanServing
import Foundation
import Testing

@Suite("The agents' search")
struct AgentSearchTests {
    private static let first = [
        ("kayit.jsonl", #"{"_id": "k1", "text": "Kargo üç günde gelir.", "yil": 2023}"#)
    ]
    private static let second = [
        (
            "kayit.jsonl",
            #"{"_id": "i7", "text": "İade on dört gün sürer.", "url": "https://a.example/iade"}"#
        )
    ]

    /// A conversation over two indexes, each with one document of the number 1.
    private func conversation() throws -> (Conversation, [TestIndex]) {
        let model = FakeModel()
        let indexes = [
            try TestIndex("kargo", Self.first, model: model),
            try TestIndex("iade", Self.second, model: model),
        ]
        return (Conversation(model: model, indexes: indexes.map(\.served)), indexes)
    }

    @Test("names the index, the record and what there is to cite")
    func places() async throws {
        let (conversation, indexes) = try conversation()
        defer { for index in indexes { index.remove() } }
        let found = await conversation.call("search", #"{"query": "iade", "index": "iade"}"#)
        let results = try #require(found["structuredContent"]?["results"]).elements
        try #require(results.count == 1)
        #expect(results[0]["index"] == "iade" && results[0]["document"] == 1)
        #expect(results[0]["name"] == "i7")
        #expect(results[0]["metadata"]?["url"] == "https://a.example/iade")
        for piece in ["document 1 of iade", "kayit.jsonl, i7", "url: https://a.example/iade"] {
            #expect(found.spoken.contains(piece), "\(piece) is missing in:\n\(found.spoken)")
        }
        for (index, text) in [("kargo", "Kargo üç"), ("iade", "İade on")] {
            let document = await conversation.call(
                "get_document", #"{"document": 1, "index": "\#(index)"}"#)
            let content = document["structuredContent"]
            #expect(content?["text"]?.string?.hasPrefix(text) == true)
            #expect(content?["index"]?.string == index && content?["next_offset"] == nil)
        }
    }

    @Test("asks for the index of a document where several are served")
    func whichIndex() async throws {
        let (conversation, indexes) = try conversation()
        defer { for index in indexes { index.remove() } }
        let refused = await conversation.call("get_document", #"{"document": 1}"#)
        #expect(refused["isError"] == true)
        #expect(refused.spoken.contains("kargo, iade"))
        let tool = await conversation.tools().first { $0["name"] == "get_document" }
        #expect(tool?["inputSchema"]?["required"] == ["document", "index"])
        let alone = Conversation(model: FakeModel(), indexes: [indexes[0].served])
        let document = await alone.call("get_document", #"{"document": 1}"#)
        #expect(document["structuredContent"]?["name"] == "k1")
    }

    @Test("reads a long document piece by piece")
    func pieces() async throws {
        let model = FakeModel()
        let long = (1...3_000).map { "Satır \($0) ölçülü." }.joined(separator: "\n")
        let index = try TestIndex("uzun", [("uzun.txt", long)], model: model)
        defer { index.remove() }
        let conversation = Conversation(model: model, indexes: [index.served])
        let answer = await conversation.call("get_document", #"{"document": 1}"#)
        let content = try #require(answer["structuredContent"])
        #expect(content["text"]?.string?.unicodeScalars.count == 20_000)
        #expect(content["next_offset"] == 20_000)
        #expect(answer.spoken.contains("read on with offset 20000"))
        #expect(answer.spoken.unicodeScalars.count < 21_000)
        guard case .integer(let characters) = content["characters"] else {
            Issue.record("no count of characters in \(content)")
            return
        }
        #expect(answer.spoken.contains("characters 0 to 20000 of \(characters)"))
        var (text, offset) = ("", 0)
        for _ in 0..<100 {
            let piece = await conversation.call(
                "get_document", #"{"document": 1, "offset": \#(offset), "limit": 7001}"#)
            text += piece["structuredContent"]?["text"]?.string ?? ""
            guard case .integer(let next) = piece["structuredContent"]?["next_offset"] else {
                break
            }
            offset = next
        }
        #expect(text.unicodeScalars.count == characters)
        #expect(text.hasPrefix("Satır 1 ") && text.hasSuffix("Satır 3000 ölçülü."))
        for wrong in [#""offset": \#(characters)"#, #""offset": -1"#, #""limit": 0"#] {
            let refused = await conversation.call("get_document", #"{"document": 1, \#(wrong)}"#)
            #expect(refused["isError"] == true)
            #expect(refused.spoken.contains("choose between"))
        }
    }

    @Test("cuts metadata that nobody could read")
    func longMetadata() async throws {
        let model = FakeModel()
        let record = #"{"text": "Kısa.", "ek": "\#(String(repeating: "ü", count: 5_000))"}"#
        let index = try TestIndex("ek", [("kayit.jsonl", record)], model: model)
        defer { index.remove() }
        let conversation = Conversation(model: model, indexes: [index.served])
        for (tool, arguments) in [
            ("search", #"{"query": "kısa"}"#), ("get_document", #"{"document": 1}"#),
        ] {
            let answer = await conversation.call(tool, arguments)
            #expect(answer.spoken.contains("ü…") && answer.spoken.unicodeScalars.count < 1_500)
        }
    }

    @Test("tells the fields that filters may use, and refuses what it does not know")
    func fields() async throws {
        let (conversation, indexes) = try conversation()
        defer { for index in indexes { index.remove() } }
        let tool = await conversation.tools().first { $0["name"] == "search" }
        let description = tool?["description"]?.string ?? ""
        #expect(description.contains("kargo: 'yil'; iade: 'url'"), "\(description)")
        #expect(tool?["inputSchema"]?["additionalProperties"] == false)
        for (arguments, words) in [
            (#"{"query": "a", "filters": ["yil=2023"]}"#, ["filters", "filter"]),
            (#"{"query": "a", "mode": "sihir"}"#, ["mode", "dense, lexical, hybrid"]),
            (#"{"query": "a", "filter": ["olmayan=1"]}"#, ["olmayan", "yil"]),
            (#"{"query": "a", "index": "yok"}"#, ["yok", "kargo, iade"]),
        ] {
            let refused = await conversation.call("search", arguments)
            #expect(refused["isError"] == true)
            for word in words { #expect(refused.spoken.contains(word), "\(refused.spoken)") }
        }
    }

    @Test("sends plain text alone where the protocol has no structured content")
    func oldProtocol() async throws {
        let model = FakeModel()
        let index = try TestIndex("kargo", Self.first, model: model)
        defer { index.remove() }
        for (version, isStructured) in [
            ("2024-11-05", false), ("2025-03-26", false), ("2025-06-18", true),
            ("2025-11-25", true),
        ] {
            let conversation = Conversation(
                model: model, indexes: [index.served], version: version)
            #expect(
                await conversation.tools().allSatisfy {
                    ($0["outputSchema"] != nil) == isStructured
                })
            let found = await conversation.call("search", #"{"query": "kargo"}"#)
            #expect((found["structuredContent"] != nil) == isStructured)
            #expect(found.spoken.contains("Kargo üç günde gelir."))
        }
    }
}
